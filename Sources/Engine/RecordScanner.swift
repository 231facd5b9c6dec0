/// Reads the text of a record as `Record` writes it, and nothing else: a short cut past a reader of
/// all of YAML, which takes ten times as long.
///
/// Nil for whatever is not exactly of that form, be it right or wrong: then the other reader decides.
struct RecordScanner {
    private static let deepest = 16

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    static func read(_ text: String) -> Record? {
        var text = text
        return text.withUTF8 { bytes in
            var scanner = RecordScanner(bytes)
            if bytes.first == UInt8(ascii: "{") {
                guard let record = scanner.flow(depth: 0) else { return nil }
                if scanner.byte == UInt8(ascii: "\n") { scanner.position += 1 }
                return scanner.position == bytes.count ? record : nil
            }
            while scanner.byte == UInt8(ascii: "#") { scanner.skipLine() }
            guard let record = scanner.map(indent: 0, depth: 0) else { return nil }
            return scanner.position == bytes.count ? record : nil
        }
    }

    // MARK: - Lines

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipLine() {
        while let byte {
            position += 1
            if byte == UInt8(ascii: "\n") { return }
        }
    }

    /// The number of spaces that the line at the position begins with.
    private var indentation: Int {
        var end = position
        while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
        return end - position
    }

    private mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        position += 1
        return true
    }

    /// Fields in block style; the first one stands at the position, the others on lines of their own.
    private mutating func map(indent: Int, depth: Int) -> Record? {
        guard depth < RecordScanner.deepest else { return nil }
        var fields: [Record.Field] = []
        var names = Names()
        repeat {
            if !fields.isEmpty { position += indent }
            guard let key = key(), names.isNew(key, after: fields), take(UInt8(ascii: ":")),
                let value = value(indent: indent, depth: depth)
            else { return nil }
            fields.append(Record.Field(key, value))
        } while position < bytes.count && indentation == indent && !isDash(at: position + indent)
        return .map(fields)
    }

    private func isDash(at index: Int) -> Bool {
        index + 1 < bytes.count && bytes[index] == UInt8(ascii: "-")
            && bytes[index + 1] == UInt8(ascii: " ")
    }

    /// What follows a key's colon, up to and with the end of the line.
    private mutating func value(indent: Int, depth: Int) -> Record? {
        if take(UInt8(ascii: " ")) {
            guard let value = inline(depth: depth), take(UInt8(ascii: "\n")) else { return nil }
            return value
        }
        guard take(UInt8(ascii: "\n")), position < bytes.count else { return nil }
        // Lists stand below the key, maps further in.
        let inner = indentation
        if inner == indent, isDash(at: position + inner) {
            return list(indent: inner, depth: depth)
        }
        guard inner > indent, !isDash(at: position + inner) else { return nil }
        position += inner
        return map(indent: inner, depth: depth + 1)
    }

    private mutating func list(indent: Int, depth: Int) -> Record? {
        var values: [Record] = []
        while position < bytes.count, indentation == indent, isDash(at: position + indent) {
            position += indent + 2
            let start = position
            // A field, or a value by itself.
            if key() != nil, byte == UInt8(ascii: ":") {
                position = start
                guard let value = map(indent: indent + 2, depth: depth + 1) else { return nil }
                values.append(value)
            } else {
                position = start
                guard let value = inline(depth: depth), take(UInt8(ascii: "\n")) else {
                    return nil
                }
                values.append(value)
            }
        }
        return values.isEmpty ? nil : .list(values)
    }

    private mutating func key() -> String? {
        if byte == UInt8(ascii: "\"") { return string() }
        return plain()
    }

    /// The keys of a map so far: a few are compared one by one.
    private struct Names {
        private static let few = 16
        private var seen: Set<String> = []

        mutating func isNew(_ key: String, after fields: [Record.Field]) -> Bool {
            guard fields.count >= Names.few else { return !fields.contains { $0.key == key } }
            if seen.isEmpty { seen = Set(fields.map(\.key)) }
            return seen.insert(key).inserted
        }
    }

    // MARK: - Values on one line

    private mutating func inline(depth: Int) -> Record? {
        switch byte {
        case UInt8(ascii: "\"")?: return string().map(Record.text)
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?: return flow(depth: depth)
        default: return plain().map(Record.verbatim)
        }
    }

    /// Letters, digits and what else means nothing to YAML wherever it stands.
    private mutating func plain() -> String? {
        let start = position
        while let byte, RecordScanner.isPlain(byte) { position += 1 }
        // Some of these mean something at the beginning.
        guard position > start, !"@=-.".utf8.contains(bytes[start]) || isNumber(at: start) else {
            return nil
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Whether a sign or a point is followed by a digit.
    private func isNumber(at start: Int) -> Bool {
        "-.".utf8.contains(bytes[start]) && start + 1 < position
            && (0x30...0x39).contains(bytes[start + 1])
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
            UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    /// A text in double quotes; of the escapes those that need no thinking.
    private mutating func string() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        var hasEscapes = false
        while let byte, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20, byte != 0x7F else { return nil }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                position += 1
            }
            position += 1
        }
        let end = min(position, bytes.count)
        guard take(UInt8(ascii: "\"")) else { return nil }
        let inside = bytes[start..<end]
        return hasEscapes
            ? RecordScanner.unescape(inside) : String(decoding: inside, as: UTF8.self)
    }

    private static func unescape(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var isEscaped = false
        for byte in text {
            guard isEscaped else {
                if byte == UInt8(ascii: "\\") { isEscaped = true } else { result.append(byte) }
                continue
            }
            isEscaped = false
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "r"): result.append(0x0D)
            default: return nil
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A map or a list as JSON without blanks, or a single value.
    private mutating func flow(depth: Int) -> Record? {
        guard depth < RecordScanner.deepest else { return nil }
        if take(UInt8(ascii: "{")) {
            var fields: [Record.Field] = []
            var names = Names()
            if take(UInt8(ascii: "}")) { return .map([]) }
            repeat {
                guard byte == UInt8(ascii: "\""), let key = string(),
                    names.isNew(key, after: fields), take(UInt8(ascii: ":")),
                    let value = flow(depth: depth + 1)
                else { return nil }
                fields.append(Record.Field(key, value))
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}")) ? .map(fields) : nil
        }
        if take(UInt8(ascii: "[")) {
            var values: [Record] = []
            if take(UInt8(ascii: "]")) { return .list([]) }
            repeat {
                guard let value = flow(depth: depth + 1) else { return nil }
                values.append(value)
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "]")) ? .list(values) : nil
        }
        return inline(depth: depth)
    }
}
