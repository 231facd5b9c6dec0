import Testing

@testable import Datasets

private func rule() throws -> SplitRule {
    try SplitRule(train: [0, 79], valid: [90, 99], test: [80, 89])
}

private func rows(_ count: Int, groups: Int) -> [Row] {
    (0..<count).map {
        Row(
            id: $0 + 1, text: "text \($0)", label: $0.isMultiple(of: 2) ? "a" : "b",
            group: "g\($0 % groups)")
    }
}

@Test func bucketsAreFNV1aOfTheGroup() {
    let known: [(String, UInt64)] = [
        ("abandon", 38), ("about_a_boy", 59), ("aankhen", 35), ("8_mile", 69),
    ]
    for (group, bucket) in known { #expect(ExactText(group).fnv1a % 100 == bucket) }
    #expect(ExactText("").fnv1a == 0xCBF2_9CE4_8422_2325)
    #expect(ExactText("foobar").fnv1a == 0x8594_4171_F739_67E8)
}

@Test func rangesMustCoverAllBucketsOnce() {
    #expect(throws: SplitError.overlap(.train, .test, 79)) {
        try SplitRule(train: [0, 79], valid: [90, 99], test: [79, 89])
    }
    #expect(throws: SplitError.uncovered(80)) {
        try SplitRule(train: [0, 79], valid: [90, 99], test: [81, 89])
    }
    for bad in [[], [1], [80, 100], [-1, 5], [9, 8], [80, 81, 82], [.min, .max]] {
        #expect(throws: SplitError.badRange(.test, found: bad)) {
            try SplitRule(train: [0, 79], valid: [90, 99], test: bad)
        }
    }
}

@Test func aTextStaysInTheSplitThatIsEvaluatedOn() throws {
    let rule = try rule()
    let groups = (0..<200).map { "g\($0)" }
    let train = try #require(groups.first { rule.split(of: $0) == .train })
    let test = try #require(groups.first { rule.split(of: $0) == .test })
    let valid = try #require(groups.first { rule.split(of: $0) == .valid })
    let labelled = [
        Row(id: 1, text: "same", label: "a", group: train),
        Row(id: 2, text: "own", label: "a", group: train),
        Row(id: 3, text: "own", label: "b", group: train),
        Row(id: 4, text: "same", label: "b", group: test),
        Row(id: 5, text: "same", label: "a", group: valid),
        Row(id: 6, text: "e\u{301}", label: "a", group: valid),
        Row(id: 7, text: "\u{E9}", label: "a", group: train),
    ]
    let plain = [
        Row(id: 8, text: "Own. Same? same", group: train), Row(id: 9, text: "own", group: train),
        Row(id: 10, text: "elsewhere", group: test),
    ]
    let split = try SplitRows(
        labelled: labelled, unlabelled: plain, rule: rule, limit: nil, sentences: true)
    #expect(split.rows[.train]?.map(\.id) == [2, 7])
    #expect(split.rows[.test]?.map(\.id) == [4])
    #expect(split.rows[.valid]?.map(\.id) == [6])
    #expect(split.rows[.unlabelled]?.map(\.text) == ["Own.", "Same? same"])
    #expect(split.duplicates[.train] == .init(within: 1, across: 1, conflicting: 2))
    #expect(split.duplicates[.valid] == .init(within: 0, across: 1, conflicting: 1))
    #expect(split.duplicates[.unlabelled] == .init(within: 0, across: 1, conflicting: 0))
}

@Test func aSplitWithoutRowsIsAnError() throws {
    #expect(throws: SplitError.self) {
        try SplitRows(
            labelled: rows(10, groups: 1), unlabelled: [], rule: rule(), limit: nil,
            sentences: false)
    }
}

@Test func theProofFindsASharedGroupAndASharedText() throws {
    func split(_ train: Row, _ test: Row) -> SplitRows {
        SplitRows(unchecked: [.train: [train], .test: [test]])
    }
    let first = Row(id: 1, text: "t", label: "a", group: "g")
    #expect(throws: SplitError.sharedGroup("g", .train, .test)) {
        try split(first, Row(id: 2, text: "u", label: "a", group: "g")).proveApart()
    }
    #expect(throws: SplitError.sharedText("t", .train, .test)) {
        try split(first, Row(id: 2, text: "t", label: "a", group: "h")).proveApart()
    }
}

@Test func aLimitKeepsWholeGroupsOfEverySplit() throws {
    let all = rows(2000, groups: 400)
    let whole = try SplitRows(
        labelled: all, unlabelled: [], rule: rule(), limit: nil, sentences: false)
    var smaller: Set<String?> = []
    for limit in [1, 40, 100, 400, .max] {
        let split = try SplitRows(
            labelled: all, unlabelled: [], rule: rule(), limit: limit, sentences: false)
        let groups = Set(split.rows.values.joined().map(\.group))
        #expect(groups.isSuperset(of: smaller))
        #expect(
            groups.count == min(400, limit) || (groups.count >= limit && limit < 10)
                || abs(groups.count - limit) <= 2)
        #expect(split.rows.values.joined().count == groups.count * 5)
        smaller = groups
    }
    let full = try SplitRows(
        labelled: all, unlabelled: [], rule: rule(), limit: 400, sentences: false)
    #expect(full == whole)
}

@Test func aLimitCountsOnlyGroupsWithLabelledRows() throws {
    let all = rows(400, groups: 40)
    // Groups of their own, with the smallest hashes of each split among them.
    let plain = (0..<4000).map { Row(id: 1000 + $0, text: "plain \($0)", group: "p\($0)") }
    for limit in [1, 3, 10, 20, 40] {
        let alone = try SplitRows(
            labelled: all, unlabelled: [], rule: rule(), limit: limit, sentences: false)
        let both = try SplitRows(
            labelled: all, unlabelled: plain, rule: rule(), limit: limit, sentences: false)
        for name in [SplitName.train, .valid, .test] {
            #expect(both.rows[name] == alone.rows[name])
            #expect(both.rows[name]?.isEmpty == false)
        }
        let kept = try #require(both.rows[.unlabelled]?.count)
        let trained = try plain.count { try rule().split(of: $0.groupOrText) == .train }
        #expect(kept == Int((Double(trained * limit) / 40).rounded()))
    }
}

@Test func labelsAreSortedIntoClasses() throws {
    let source = [("b", 2), ("plot", 3), ("a", 4), ("", 5), ("odd", 6)].map { label, line in
        SourceRow(row: Row(id: line - 1, text: "t\(line)", label: label), line: line)
    }
    let all = try LabelRule(unlabelled: ["plot"]).sort(source, file: "d.csv")
    #expect(all.labels == ["a", "b", "odd"])
    #expect(all.unlabelled.map(\.id) == [2, 4])
    #expect(all.unlabelled.allSatisfy { $0.label == nil })
    let chosen = try LabelRule(labels: ["b", "a"], unlabelled: ["plot"], unknown: .reject)
        .sort(source, file: "d.csv")
    #expect(chosen.labels == ["b", "a"])
    #expect(
        chosen.rejections == [Rejection(id: 5, line: 6, reason: .unknownLabel, detail: "odd")])
    #expect(
        throws: SplitError.unknownLabel(
            file: "d.csv", line: 6, row: 5, label: "odd", known: ["b", "a", "plot"])
    ) {
        try LabelRule(labels: ["b", "a"], unlabelled: ["plot"]).sort(source, file: "d.csv")
    }
    #expect(throws: SplitError.unusedLabel("c", found: ["a", "b", "odd"])) {
        try LabelRule(labels: ["a", "b", "odd", "c"], unlabelled: ["plot"])
            .sort(source, file: "d.csv")
    }
    #expect(throws: SplitError.fewLabels(["a"])) {
        try LabelRule(labels: ["a"], unknown: .reject).sort(source, file: "d.csv")
    }
}

@Test func sentencesEndBeforeASpaceAndNoSmallLetter() {
    func cut(_ text: String) -> [String] { Row(id: 1, text: text).sentences.map(\.text) }
    #expect(
        cut("One. Two! \"Three?\" Four... five 1.5 six.") == [
            "One.", "Two!", "\"Three?\"", "Four... five 1.5 six.",
        ])
    #expect(cut("no end") == ["no end"])
    #expect(cut("...") == ["..."])
    #expect(cut("A.B. C") == ["A.B.", "C"])
}

@Test func aClassWithoutATrainingRowIsAnError() throws {
    let rule = try SplitRule(train: [0, 59], valid: [60, 79], test: [80, 99])
    func rows(_ rareGroup: String) -> [Row] {
        (0..<60).map { Row(id: $0 + 1, text: "t\($0)", label: "common", group: "g\($0)") }
            + [Row(id: 61, text: "rare", label: "rare", group: rareGroup)]
    }
    func split(_ rows: [Row]) throws -> SplitRows {
        let split = try SplitRows(
            labelled: rows, unlabelled: [], rule: rule, limit: nil, sentences: false)
        try split.requireTrainingRows(of: ["common", "rare"])
        return split
    }
    let groups = (0..<60).map { "g\($0)" }
    let tested = try #require(groups.first { rule.split(of: $0) == .test })
    let trained = try #require(groups.first { rule.split(of: $0) == .train })
    #expect(throws: SplitError.untrainedLabel("rare", rows: 1)) { try split(rows(tested)) }
    #expect(try split(rows(trained)).rows[.train]?.contains { $0.label == "rare" } == true)
}
