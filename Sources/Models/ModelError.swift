/// Why a model cannot be read, made or run.
public enum ModelError: Error, CustomStringConvertible, Equatable {
    case badConfig(key: String, reason: String)
    case badBatch(String)
    case badParameters(String)
    case inFile(path: String, reason: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .badConfig(let key, let reason): "model configuration: '\(key)' \(reason)"
        case .badBatch(let reason): "the batch does not fit the model: \(reason)"
        case .badParameters(let reason): "the weights do not fit the model: \(reason)"
        case .inFile(let path, let reason): "\(path): \(reason)"
        }
    }
}
