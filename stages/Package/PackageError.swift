/// Why a package cannot be made.
enum PackageError: Error, Equatable, CustomStringConvertible {
    case emptyParameter(key: String, found: String)
    case unreadable(file: String, reason: String)
    case notRegular(file: String)
    case badLabels(file: String, found: [String])
    case digest(file: String)

    var description: String {
        switch self {
        case .emptyParameter(let key, let found):
            """
            parameter '\(key)' must be one line of text
              found:    '\(found)'
            """
        case .unreadable(let file, let reason):
            "\(file): \(reason)"
        case .notRegular(let file):
            """
            \(file): neither a file nor a folder
            hint: a package holds copies; symbolic links and devices cannot go into it
            """
        case .badLabels(let file, let found):
            """
            \(file): 'id2label' does not number the labels
              expected: keys 0, 1, 2 … and two labels or more
              found:    \(found.isEmpty ? "none" : found.joined(separator: ", "))
            """
        case .digest(let file):
            "\(file): libcrypto cannot compute its SHA-256"
        }
    }
}
