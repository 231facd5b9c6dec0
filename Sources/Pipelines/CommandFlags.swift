import ParamValues

/// A map of parameters as command-line flags, as DVC writes them in `cmd`.
///
/// `--key value`; nested keys join with dots; true is `--key` alone, false is nothing; a list is
/// `--key 1 2`; strings are quoted for the shell.
enum CommandFlags {
    struct Problem: Error {
        var key: String
        var found: String
    }

    static func text(of map: ParamValue) throws(Problem) -> String {
        var words: [String] = []
        for (key, value) in map.leaves where !key.isEmpty {
            switch value {
            case .bool(let on): if on { words.append("--\(key)") }
            case .list(let list):
                words.append("--\(key)")
                for element in list { words.append(try word(element, key: key)) }
            case .map(let inner) where inner.isEmpty: break
            default:
                words.append("--\(key)")
                words.append(try word(value, key: key))
            }
        }
        return words.joined(separator: " ")
    }

    private static func word(_ value: ParamValue, key: String) throws(Problem) -> String {
        switch value {
        case .string(let text): return shellQuoted(text)
        case .int, .bool: return value.displayText
        case .double(let number): return number.description
        case .null, .list, .map: throw Problem(key: key, found: value.kindName)
        }
    }

    /// `text` as one word of a POSIX shell.
    static func shellQuoted(_ text: String) -> String {
        let safe = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "@%+=:,./-_".utf8.contains(byte)
            }
        }
        if safe, !text.isEmpty { return text }
        return "'" + text.replacing("'", with: "'\"'\"'") + "'"
    }
}
