/// The part of a data set that `preprocess.limit` asks for: the same groups on every machine.
///
/// Only groups with labelled rows count. Every split gets its share of the `count` and at least one,
/// those with the smallest hash. Of the groups without labelled rows the same part stays.
struct GroupSlice {
    private let chosen: Set<ExactText>

    init(labelled: [Row], unlabelled: [Row], rule: SplitRule, count: Int) {
        let counted = Set(labelled.map { ExactText($0.groupOrText) })
        let others = Set(unlabelled.map { ExactText($0.groupOrText) }).subtracting(counted)
        let share = Double(max(0, count)) / Double(max(1, counted.count))
        chosen = Self.part(counted, rule, share, atLeast: 1)
            .union(Self.part(others, rule, share, atLeast: 0))
    }

    func contains(_ row: Row) -> Bool { chosen.contains(ExactText(row.groupOrText)) }

    /// `share` of the groups of every split.
    private static func part(
        _ groups: Set<ExactText>, _ rule: SplitRule, _ share: Double, atLeast least: Int
    ) -> Set<ExactText> {
        var chosen: Set<ExactText> = []
        for part in Dictionary(grouping: groups, by: { rule.split(of: $0.text) }).values {
            let ordered = part.map { (rank: $0.fnv1a / 100, group: $0) }.sorted {
                $0.rank == $1.rank
                    ? $0.group.text.utf8.lexicographicallyPrecedes($1.group.text.utf8)
                    : $0.rank < $1.rank
            }
            let asked = (share * Double(part.count)).rounded()
            let taken = max(least, Int(min(asked, Double(part.count))))
            chosen.formUnion(ordered.prefix(taken).map(\.group))
        }
        return chosen
    }
}
