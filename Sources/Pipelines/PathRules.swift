/// Turns the paths of a definition into normalised ones relative to the project's root.
enum PathRules {
    enum Problem: Error {
        case empty, absolute, home, outside, root, url, control
        case `private`(String)

        var message: String {
            switch self {
            case .empty: "is empty"
            case .absolute: "is absolute"
            case .home: "begins with '~'"
            case .outside: "leads outside the project"
            case .root: "is the whole project"
            case .url: "is a URL"
            case .control: "has a control character in it"
            case .private(let folder):
                "is inside '\(folder)', which belongs to \(folder.dropFirst())"
            }
        }

        var hint: String? {
            switch self {
            case .absolute, .home, .outside:
                "paths are relative to the pipeline file; copy or link the data into the project"
            case .url: "fetch it in a stage of its own and depend on the file"
            case .root: "name the files and folders inside that are meant"
            default: nil
            }
        }
    }

    /// `path`, written relative to `folder`, relative to the root and without `.`, `..` and `//`.
    static func normalise(
        _ path: String, in folder: String, allowingRoot: Bool = false
    ) throws(Problem) -> String {
        if isPlain(path), folder.isEmpty || isPlain(folder) {
            return folder.isEmpty ? path : "\(folder)/\(path)"
        }
        guard !path.isEmpty else { throw .empty }
        guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw .control
        }
        guard path.utf8.first != UInt8(ascii: "/") else { throw .absolute }
        guard path.utf8.first != UInt8(ascii: "~") else { throw .home }
        guard !path.contains("://") else { throw .url }
        var parts: [Substring] = []
        for part in names(folder) + names(path) where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                throw .outside
            }
        }
        guard !parts.isEmpty else {
            if allowingRoot { return "" }
            throw .root
        }
        if let own = parts.first(where: { [".git", ".nlpipe"].contains($0.lowercased()) }) {
            throw .private(own.lowercased())
        }
        return parts.joined(separator: "/")
    }

    /// Whether a path is normalised as it is, as can be told at a glance: names of common letters,
    /// none with a dot in front, and single slashes.
    private static func isPlain(_ path: String) -> Bool {
        var previous = UInt8(ascii: "/")
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "."):
                guard previous != UInt8(ascii: "/") else { return false }
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                break
            default: return false
            }
            previous = byte
        }
        return previous != UInt8(ascii: "/")
    }

    /// The names that `path` consists of.
    ///
    /// Split by bytes, as the kernel does: to `Character`, a slash with an accent is no slash.
    static func names(_ path: some StringProtocol) -> [Substring] {
        Substring(path).utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }

    /// The folder that holds `path`; "" for the root.
    static func folder(of path: String) -> String {
        names(path).dropLast().joined(separator: "/")
    }
}
