import ParamValues

/// Reads JSON as programs write it: ASCII without escapes, keys that occur once.
///
/// Metrics and parameters are small and many, and a general reader takes ten times as long. What is
/// in any way out of the ordinary is left to `YAMLReader`, of which JSON is a part: it gives the same
/// values and places, and knows what to say of what is wrong.
struct PlainJSON {
    private struct Unusual: Error {}

    private static let deepest = 32

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1
    /// Where the line begins.
    private var start = 0

    /// Nil where something is out of the ordinary.
    static func read(_ text: String, file: String) -> Located? {
        guard text.utf8.count <= YAMLReader.largestText else { return nil }
        var reader = PlainJSON(bytes: Array(text.utf8), file: file)
        do {
            let value = try reader.value(depth: 0)
            reader.skipSpace()
            return reader.position == reader.bytes.count ? value : nil
        } catch { return nil }
    }

    private init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    private var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private var place: SourceLocation {
        SourceLocation(file: file, line: line, column: position - start + 1)
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "): position += 1
            case UInt8(ascii: "\n"):
                position += 1
                line += 1
                start = position
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Unusual) -> Located {
        guard depth < PlainJSON.deepest else { throw Unusual() }
        skipSpace()
        let place = place
        switch next {
        case UInt8(ascii: "{"): return Located(.map(try entries(depth: depth)), at: place)
        case UInt8(ascii: "["): return Located(.list(try elements(depth: depth)), at: place)
        case UInt8(ascii: "\""): return Located(.scalar(.string(try string())), at: place)
        default: return Located(.scalar(try word()), at: place)
        }
    }

    private mutating func entries(depth: Int) throws(Unusual) -> [Located.Entry] {
        position += 1
        var entries: [Located.Entry] = []
        var keys: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return [] }
        while true {
            skipSpace()
            let place = place
            guard next == UInt8(ascii: "\"") else { throw Unusual() }
            let key = try string()
            guard keys.insert(key).inserted, take(UInt8(ascii: ":")) else { throw Unusual() }
            let value = try value(depth: depth + 1)
            entries.append(.init(key: key, keyLocation: place, value: value))
            skipSpace()
            if take(UInt8(ascii: "}")) { return entries }
            guard take(UInt8(ascii: ",")) else { throw Unusual() }
        }
    }

    private mutating func elements(depth: Int) throws(Unusual) -> [Located] {
        position += 1
        var elements: [Located] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return [] }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw Unusual() }
        }
    }

    private mutating func string() throws(Unusual) -> String {
        position += 1
        let start = position
        while next != UInt8(ascii: "\"") {
            guard (0x20..<0x7F).contains(next), next != UInt8(ascii: "\\") else {
                throw Unusual()
            }
            position += 1
        }
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }

    private mutating func word() throws(Unusual) -> ParamValue {
        let start = position
        while true {
            switch next {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "E"):
                position += 1
                continue
            default: break
            }
            break
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "true", "false", "null": break
        default:
            guard let first = text.utf8.first, first == UInt8(ascii: "-") || first <= 0x39 else {
                throw Unusual()
            }
        }
        do {
            let value = try ScalarTyping.value(ofPlain: text)
            if case .string = value { throw Unusual() }
            return value
        } catch { throw Unusual() }
    }
}
