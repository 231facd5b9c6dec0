import Datasets

/// `data` in the parameters file: the data set and what its columns mean.
struct DataParameters: Decodable, Sendable {
    var file: String
    var format: TableFormat?
    var text: String
    var label: String
    /// Rows of one group stay in one split; without it every text is its own group.
    var group: String?
    /// Class names in index order; without it all values that occur, sorted.
    var labels: [String]?
    /// Label values that mean "no label".
    var unlabelled: [String]?

    var columns: ExampleColumns { ExampleColumns(text: text, label: label, group: group) }
}

/// `encoder` in the parameters file, as far as text is concerned.
struct EncoderParameters: Decodable, Sendable {
    var path: String
    /// The longest sequence in tokens; 64 where the file says nothing.
    var maximumLength: Int?

    private enum CodingKeys: String, CodingKey {
        case path
        case maximumLength = "maximum_length"
    }
}

/// `preprocess` in the parameters file.
struct PreprocessParameters: Decodable, Sendable {
    /// First and last bucket (0 to 99) of every split.
    struct Split: Decodable, Sendable {
        var train: [Int]
        var valid: [Int]
        var test: [Int]
    }

    var split: Split
    /// Use so many groups with labelled rows only, for a quick look.
    var limit: Int?
    /// Cut unlabelled rows into sentences; true where the file says nothing.
    var unlabelledSentences: Bool?
    /// What becomes of a label that `data` does not list.
    var unknownLabel: LabelRule.Unknown?

    private enum CodingKeys: String, CodingKey {
        case split, limit
        case unlabelledSentences = "unlabelled_sentences"
        case unknownLabel = "unknown_label"
    }
}

/// A parameter that is well-formed and yet cannot be used.
enum PreprocessError: Error, Equatable, CustomStringConvertible {
    case badLength(found: Int, limit: Int)
    case badLimit(found: Int)
    case repeatedLabel(String)
    case labelInBothLists(String)

    var description: String {
        switch self {
        case .badLength(let found, let limit):
            """
            encoder.maximum_length is out of range
              expected: 3 to \(limit), which is what the encoder takes
              found:    \(found)
            """
        case .badLimit(let found):
            "preprocess.limit is too small\n  expected: at least 1 group\n  found:    \(found)"
        case .repeatedLabel(let label): "data.labels names '\(label)' more than once"
        case .labelInBothLists(let label):
            "'\(label)' stands in both data.labels and data.unlabelled"
        }
    }
}
