/// A text with expressions in it: `models/${name}.bin`; `\${` stands for `${` itself.
struct Template {
    enum Part: Equatable {
        case text(String)
        /// The name asked for, trimmed, and the expression as written.
        case expression(String, raw: String)
        /// `${` without `}`, and all that follows.
        case unclosed
    }

    let parts: [Part]

    /// True for texts without expressions and escapes, which are most.
    static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8
        var previous: UInt8 = 0
        for byte in bytes {
            if previous == UInt8(ascii: "$"), byte == UInt8(ascii: "{") { return false }
            previous = byte
        }
        return true
    }

    init(_ text: String) {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.last == "\\" {
                literal += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            literal += before
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                parts.append(.unclosed)
                rest = ""
                break
            }
            let name = rest[start.upperBound..<end].trimmed
            parts.append(.expression(String(name), raw: String(rest[start.lowerBound...end])))
            rest = rest[rest.index(after: end)...]
        }
        literal += rest
        if !literal.isEmpty { parts.append(.text(literal)) }
        self.parts = parts
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else {
            return start[start.endIndex...]
        }
        return start[...last]
    }
}
