import Datasets

/// The labelled rows of the test split: texts, not ids, since models have tokenizers of their own.
struct TestExamples: Sendable {
    let rows: [Row]
    /// Class index of every row.
    let classes: [Int32]

    init(_ split: PreparedSplit) throws {
        let labelled = zip(split.rows, split.labels).filter { $0.1 >= 0 }
        guard !labelled.isEmpty else { throw EvaluateError.noTestRows(split: split.count) }
        rows = labelled.map(\.0)
        classes = labelled.map(\.1)
    }

    var texts: [String] { rows.map(\.text) }

    /// At most `count` texts, spread evenly over the split.
    func sample(_ count: Int) -> [String] {
        let taken = min(count, rows.count)
        return (0..<taken).map { rows[$0 * rows.count / taken].text }
    }
}

/// The labelled rows of the validation split, for choices that no test row may have a part in.
struct ValidExamples: Sendable {
    let texts: [String]
    /// Class index of every row.
    let classes: [Int32]

    init(_ split: PreparedSplit) {
        let labelled = zip(split.rows, split.labels).filter { $0.1 >= 0 }
        texts = labelled.map(\.0.text)
        classes = labelled.map(\.1)
    }
}
