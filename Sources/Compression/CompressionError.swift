/// What can be wrong with a compressed model or a request to compress one.
public enum CompressionError: Error, Equatable, CustomStringConvertible {
    /// An option or parameter outside its range.
    case invalidOption(String, found: String, expected: String)
    /// A tensor of a model folder that cannot be used.
    case invalidTensor(file: String, tensor: String, expected: String, found: String)
    /// A configuration value of a model folder that cannot be used.
    case invalidConfiguration(file: String, key: String, expected: String, found: String)
    /// A float weight that is NaN or infinite.
    case nonFiniteWeight(tensor: String, row: Int)
    /// Inputs whose sizes do not fit together.
    case mismatch(String, expected: String, found: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .invalidOption(let name, let found, let expected):
            facts("'\(name)' is out of range", expected, found)
        case .invalidTensor(let file, let tensor, let expected, let found):
            facts("\(file): tensor '\(tensor)' cannot be used", expected, found)
        case .invalidConfiguration(let file, let key, let expected, let found):
            facts("\(file): '\(key)' cannot be used", expected, found)
        case .nonFiniteWeight(let tensor, let row):
            """
            tensor '\(tensor)' holds a value that is not finite in row \(row)
            hint: the training that made it diverged; use an earlier checkpoint
            """
        case .mismatch(let what, let expected, let found):
            facts("\(what) do not fit together", expected, found)
        }
    }

    private func facts(_ first: String, _ expected: String, _ found: String) -> String {
        """
        \(first)
          expected: \(expected)
          found:    \(found)
        """
    }
}
