/// Which label values are classes and which mean "no label".
public struct LabelRule: Sendable, Equatable {
    /// What becomes of a row whose label is neither.
    public enum Unknown: String, Sendable, Codable, CaseIterable { case error, reject }

    /// Class names; nil: every value that occurs is a class, in the order of its UTF-8 bytes.
    public var labels: [String]?
    /// Values of rows that are kept without a label.
    public var unlabelled: [String]
    /// What becomes of a row whose label is in neither list, where `labels` is given.
    public var unknown: Unknown

    /// Creates a rule.
    public init(labels: [String]? = nil, unlabelled: [String] = [], unknown: Unknown = .error) {
        self.labels = labels
        self.unlabelled = unlabelled
        self.unknown = unknown
    }

    /// Rows with a class or with none, told apart.
    public struct Sorted: Sendable {
        /// Class names in index order.
        public let labels: [String]
        /// Rows with one of the classes, in file order.
        public let labelled: [Row]
        /// Rows without a class, in file order.
        public let unlabelled: [Row]
        /// Rows with an unknown label.
        public let rejections: [Rejection]
    }

    /// Sorts rows by their label; an empty label is none.
    ///
    /// Throws `SplitError` for an unknown or unused label and for fewer than two classes.
    public func sort(_ rows: [SourceRow], file: String) throws -> Sorted {
        let without = Set(unlabelled.map(ExactText.init))
        let known = labels.map { Set($0.map(ExactText.init)) }
        var labelled: [Row] = []
        var others: [Row] = []
        var rejections: [Rejection] = []
        var seen: Set<ExactText> = []
        for source in rows {
            var row = source.row
            guard let label = row.label, !label.isEmpty, !without.contains(ExactText(label)) else {
                row.label = nil
                others.append(row)
                continue
            }
            let value = ExactText(label)
            if let known, !known.contains(value) {
                guard unknown == .reject else {
                    throw SplitError.unknownLabel(
                        file: file, line: source.line, row: row.id, label: label,
                        known: (labels ?? []) + unlabelled)
                }
                rejections.append(
                    Rejection(
                        id: row.id, line: source.line, reason: .unknownLabel, detail: label))
                continue
            }
            seen.insert(value)
            labelled.append(row)
        }
        let found = seen.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let names = labels ?? found
        if let unused = names.first(where: { !seen.contains(ExactText($0)) }) {
            throw SplitError.unusedLabel(unused, found: found)
        }
        guard names.count >= 2 else { throw SplitError.fewLabels(names) }
        return Sorted(
            labels: names, labelled: labelled, unlabelled: others, rejections: rejections)
    }
}
