/// Why models cannot be compared.
enum EvaluateError: Error, Equatable, CustomStringConvertible {
    case parameter(key: String, expected: String, found: String)
    case noTestRows(split: Int)
    case labels(model: String, expected: [String], found: [String])
    case noSize(file: String)

    var description: String {
        switch self {
        case .parameter(let key, let expected, let found):
            """
            parameter '\(key)' is out of range
              expected: \(expected)
              found:    \(found)
            """
        case .noTestRows(let split):
            """
            the test split has no labelled rows
              rows without a label: \(split)
            hint: widen 'preprocess.split.test', or look at metrics/preprocess.json
            """
        case .labels(let model, let expected, let found):
            """
            the model '\(model)' has other labels than the prepared data
              expected: \(expected.joined(separator: ", "))
              found:    \(found.joined(separator: ", "))
            hint: run the stages in between again
            """
        case .noSize(let file):
            "\(file): the size of the file cannot be read"
        }
    }
}
