/// A text with expressions in it: `models/${name}.bin`; `\${` stands for `${` itself.
struct Template {
    enum Part: Equatable {
        case text(String)
        case expression(Expression)
        /// `${` without `}`, and all that follows.
        case unclosed
    }

    /// A name that is asked for.
    struct Expression: Equatable {
        /// Without blanks around it.
        var name: String
        /// As written, with `${` and `}`.
        var raw: String
        /// What the name means; nil where it is no path.
        var path: DottedPath?
    }

    let parts: [Part]

    /// True for texts without expressions and escapes, which are most.
    static func isPlain(_ text: String) -> Bool { opening(in: text[...].utf8) == nil }

    init(_ text: String) {
        var parts: [Part] = []
        var literal = ""
        // By bytes: to `Character`, a brace with an accent is no brace.
        var rest = text.utf8[...]
        while let start = Template.opening(in: rest) {
            let before = rest[..<start]
            let inside = rest[rest.index(start, offsetBy: 2)...]
            if before.last == UInt8(ascii: "\\") {
                literal += String(Substring(before.dropLast())) + "${"
                rest = inside
                continue
            }
            literal += Substring(before)
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            guard let end = inside.firstIndex(of: UInt8(ascii: "}")) else {
                parts.append(.unclosed)
                rest = inside[inside.endIndex...]
                break
            }
            let name = String(Substring(inside[..<end]).trimmed)
            let behind = rest.index(after: end)
            parts.append(
                .expression(
                    Expression(
                        name: name, raw: String(Substring(rest[start..<behind])),
                        path: DottedPath(name))))
            rest = rest[behind...]
        }
        literal += Substring(rest)
        if !literal.isEmpty { parts.append(.text(literal)) }
        self.parts = parts
    }

    /// Where the next `${` is.
    private static func opening(in text: Substring.UTF8View) -> String.Index? {
        var rest = text
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            rest = rest[rest.index(after: dollar)...]
            if rest.first == UInt8(ascii: "{") { return dollar }
        }
        return nil
    }
}

/// Templates by their text: the stages of one `foreach` have thousands of them, and few texts.
final class Templates {
    private var known: [String: Template] = [:]

    /// The template of a text.
    func template(_ text: String) -> Template {
        if let template = known[text] { return template }
        let template = Template(text)
        known[text] = template
        return template
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
