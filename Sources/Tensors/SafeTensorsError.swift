/// What is wrong with a safetensors file; every case names the file.
public enum SafeTensorsError: Error, CustomStringConvertible, Equatable {
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case damaged(path: String, reason: String)
    case damagedTensor(path: String, tensor: String, reason: String)
    case missing(path: String, tensor: String)
    case wrongType(path: String, tensor: String, expected: String, found: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
        case .damaged(let path, let reason): "\(path): not a valid safetensors file: \(reason)"
        case .damagedTensor(let path, let tensor, let reason):
            "\(path): tensor '\(tensor)' is damaged: \(reason)"
        case .missing(let path, let tensor): "\(path): there is no tensor '\(tensor)'"
        case .wrongType(let path, let tensor, let expected, let found):
            """
            \(path): tensor '\(tensor)' has the wrong type
              expected: \(expected)
              found:    \(found)
            """
        }
    }
}
