import OrderedCollections
import ParamValues

/// Values as YAML in the layout of DVC's own files: a line per value, keys in their order.
enum BlockYAML {
    /// The lines of a map's entries, `indent` spaces from the left.
    static func lines(_ map: OrderedDictionary<String, ParamValue>, indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        return map.map { key, value in
            "\(margin)\(scalar(key)):\(text(of: value, indent: indent))"
        }.joined()
    }

    /// What follows a key's colon.
    private static func text(of value: ParamValue, indent: Int) -> String {
        switch value {
        case .map(let map) where !map.isEmpty: "\n" + lines(map, indent: indent + 2)
        case .list(let values) where !values.isEmpty: "\n" + items(values, indent: indent)
        default: " \(flat(value))\n"
        }
    }

    private static func items(_ values: [ParamValue], indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return values.map { value in
            switch value {
            case .map(let map) where !map.isEmpty:
                "\(margin)- \(lines(map, indent: indent + 2).dropFirst(indent + 2))"
            case .list(let values) where !values.isEmpty:
                "\(margin)- \(items(values, indent: indent + 2).dropFirst(indent + 2))"
            default: "\(margin)- \(flat(value))\n"
            }
        }.joined()
    }

    private static func flat(_ value: ParamValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value):
            value.isNaN
                ? ".nan"
                : value.isInfinite ? (value < 0 ? "-.inf" : ".inf") : PythonText.number(value)
        case .string(let text): scalar(text)
        case .list: "[]"
        case .map: "{}"
        }
    }

    /// A text, without quotes where no reader could take it for something else.
    private static func scalar(_ text: String) -> String {
        // Words with blanks between them are no number and no truth value.
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count > 1, let first = words.first, Record.scalar(String(first)) == first,
            words.dropFirst().allSatisfy({ word in
                guard let start = word.utf8.first else { return false }
                return start != UInt8(ascii: "#") && word.utf8.allSatisfy(isPlain)
            })
        else { return text.utf8.count == 32 && isHex(text) ? hex(text) : quoted(text) }
        return text
    }

    /// In single quotes where nothing in it has to be escaped, as DVC writes texts.
    private static func quoted(_ text: String) -> String {
        let scalar = Record.scalar(text)
        let isPath = text.hasPrefix("../") && Record.scalar("a" + text) == "a" + text
        // One letter is no number; `y` and `n` are truth values to old readers.
        let isLetter = text.utf8.count == 1 && ("a"..."z").contains(text) && !"yn".contains(text)
        if isPath || isLetter || isAddress(text) { return text }
        guard scalar != text, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            return scalar
        }
        return "'\(text.replacing("'", with: "''"))'"
    }

    /// A URL with nothing in it that YAML could take for its own.
    private static func isAddress(_ text: String) -> Bool {
        (text.hasPrefix("http://") || text.hasPrefix("https://")) && !text.hasSuffix(":")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~/:%?=&+,@".utf8.contains(byte)
                }
            }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: ":") && byte != UInt8(ascii: "#")
    }

    private static func isHex(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
    }

    /// Digests stand without quotes, but for those that could be numbers.
    private static func hex(_ text: String) -> String {
        let letters = text.utf8.filter { $0 > UInt8(ascii: "9") }
        return letters.contains { $0 != UInt8(ascii: "e") } ? text : "'\(text)'"
    }
}
