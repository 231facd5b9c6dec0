/// The rows of a data set in their splits: no group and no text stands in two of them.
public struct SplitRows: Sendable, Equatable {
    /// Rows left out because their text occurs before.
    public struct Duplicates: Sendable, Equatable {
        /// The text stands in the same split already.
        public var within = 0
        /// The text stands in another split already.
        public var across = 0
        /// Of both kinds, those whose first occurrence has another label.
        public var conflicting = 0
    }

    /// The rows that stay, by split, in file order.
    public private(set) var rows: [SplitName: [Row]] = [:]
    /// How many rows were left out, by the split that they would have stood in.
    public private(set) var duplicates: [SplitName: Duplicates] = [:]

    /// The order in which splits take a text: what is evaluated on is never trained on.
    static let precedence: [SplitName] = [.test, .valid, .train, .unlabelled]

    /// Splits rows by group (a row without one is a group of its own text) and drops repeated texts:
    /// the first in file order stays, those of test before valid before train before unlabelled.
    ///
    /// Unlabelled rows count only where their group is in train. `sentences` cuts them up.
    public init(
        labelled: [Row], unlabelled: [Row], rule: SplitRule, limit: Int?, sentences: Bool
    ) throws {
        let chosen = limit.map {
            GroupSlice(labelled: labelled, unlabelled: unlabelled, rule: rule, count: $0)
        }
        var parts: [SplitName: [Row]] = [:]
        for row in labelled where chosen?.contains(row) ?? true {
            parts[rule.split(of: row.groupOrText), default: []].append(row)
        }
        for row in unlabelled where chosen?.contains(row) ?? true {
            guard rule.split(of: row.groupOrText) == .train else { continue }
            parts[.unlabelled, default: []] += sentences ? row.sentences : [row]
        }
        var first: [ExactText: (split: SplitName, label: String?)] = [:]
        for name in Self.precedence {
            var kept: [Row] = []
            var dropped = Duplicates()
            for row in parts[name] ?? [] {
                if let earlier = first[ExactText(row.text)] {
                    if earlier.split == name { dropped.within += 1 } else { dropped.across += 1 }
                    if name != .unlabelled, earlier.label != row.label { dropped.conflicting += 1 }
                    continue
                }
                first[ExactText(row.text)] = (name, row.label)
                kept.append(row)
            }
            rows[name] = kept
            duplicates[name] = dropped
        }
        try proveApart()
        try proveFilled(
            groups: Set((labelled + unlabelled).map { ExactText($0.groupOrText) }).count)
    }

    /// Rows that nothing has been checked of yet.
    init(unchecked rows: [SplitName: [Row]]) { self.rows = rows }

    /// Throws unless every group stands in one labelled split and every text in one split.
    ///
    /// Looks at the rows as they came out, whatever code put them there.
    func proveApart() throws {
        var groups: [ExactText: SplitName] = [:]
        var texts: [ExactText: SplitName] = [:]
        for name in SplitName.allCases {
            let home = name == .unlabelled ? SplitName.train : name
            for row in rows[name] ?? [] {
                let group = ExactText(row.groupOrText)
                if let other = groups.updateValue(home, forKey: group), other != home {
                    throw SplitError.sharedGroup(group.text, other, home)
                }
                if let other = texts.updateValue(name, forKey: ExactText(row.text)), other != name {
                    throw SplitError.sharedText(row.text, other, name)
                }
            }
        }
    }

    /// Throws `SplitError.untrainedLabel` for a class that no training row has: a model of it would
    /// only guess.
    public func requireTrainingRows(of labels: [String]) throws {
        let trained = Set((rows[.train] ?? []).compactMap { $0.label.map(ExactText.init) })
        for label in labels.map(ExactText.init) where !trained.contains(label) {
            let count = rows.values.joined().count { $0.label.map(ExactText.init) == label }
            throw SplitError.untrainedLabel(label.text, rows: count)
        }
    }

    private func proveFilled(groups: Int) throws {
        for name in [SplitName.train, .valid, .test] where rows[name]?.isEmpty ?? true {
            throw SplitError.emptySplit(name, groups: groups)
        }
    }
}

extension Row {
    /// What decides the row's split.
    var groupOrText: String { group ?? text }
}
