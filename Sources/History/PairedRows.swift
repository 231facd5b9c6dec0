public import Statistics

/// The rows that two files of predictions share, with the answers that differ.
public struct PairedRows: Sendable {
    /// A row that one side has right and the other has not.
    public struct Flip: Sendable, Equatable {
        /// The row's `id` as the file has it.
        public let id: String
        /// The right answer.
        public let label: String
        /// What the reference says.
        public let old: String
        /// What the model says.
        public let new: String
    }

    /// How often each side was right.
    public let outcomes: PairedOutcomes
    /// Answers without a row of the same id and label on the other side.
    public let leftOut: Int
    /// Rows that only the reference has right, by id.
    public let lost: [Flip]
    /// Rows that only the model has right, by id.
    public let gained: [Flip]

    /// Pairs the rows that have the same id and label in both files; there may be none.
    public init(model: PredictionFile, reference: PredictionFile) throws {
        var (both, neither, only) = (0, 0, 0)
        var (lost, gained): ([Flip], [Flip]) = ([], [])
        for (id, answer) in model.answers {
            guard let other = reference.answers[id], other.label == answer.label else {
                only += 1
                continue
            }
            let label = answer.label
            switch (answer.predicted == label, other.predicted == label) {
            case (true, true): both += 1
            case (false, false): neither += 1
            case (let isGained, _):
                let flip = Flip(
                    id: PredictionFile.shown(id), label: label, old: other.predicted,
                    new: answer.predicted)
                if isGained { gained.append(flip) } else { lost.append(flip) }
            }
        }
        self.lost = lost.sorted(by: Self.comesFirst)
        self.gained = gained.sorted(by: Self.comesFirst)
        leftOut = only + reference.answers.count - (model.answers.count - only)
        outcomes = try PairedOutcomes(
            both: both, gained: gained.count, lost: lost.count, neither: neither)
    }

    /// Numbers by size, then texts.
    private static func comesFirst(_ a: Flip, _ b: Flip) -> Bool {
        switch (Int(a.id), Int(b.id)) {
        case (let a?, let b?): a < b
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): a.id < b.id
        }
    }
}

extension PredictionFile {
    /// How many rows have a label.
    public var rows: Int { answers.count }

    /// How many of them are answered rightly.
    public var right: Int { answers.values.count { $0.label == $0.predicted } }

    /// A row's key as its file has it.
    static func shown(_ key: String) -> String {
        key.hasPrefix("\"") ? String(key.dropFirst()) : key
    }
}
