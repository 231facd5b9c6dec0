/// The text of a definition file by lines, for the excerpts of messages.
struct SourceText: Sendable {
    let file: String
    private let lines: [Substring]

    private static let widestExcerpt = 160

    init(_ text: String, file: String) {
        self.file = file
        lines = SourceText.lines(of: text)
    }

    /// The lines as YAML counts them, without their ends: CR, LF, CR LF, NEL, LS and PS end a line.
    static func lines(of text: String) -> [Substring] {
        let scalars = text.unicodeScalars
        var lines: [Substring] = []
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            var next = scalars.index(after: index)
            if ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) {
                lines.append(Substring(scalars[start..<index]))
                if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" {
                    next = scalars.index(after: next)
                }
                start = next
            }
            index = next
        }
        lines.append(Substring(scalars[start...]))
        return lines
    }

    /// Line `number`, counted from 1, as it can be shown: tabs kept, other control characters
    /// replaced; nil if there is no such line or `column` is too far right to be pointed at.
    func excerpt(line number: Int, column: Int) -> String? {
        guard lines.indices.contains(number - 1), column <= SourceText.widestExcerpt else {
            return nil
        }
        var shown = String.UnicodeScalarView()
        for scalar in lines[number - 1].unicodeScalars.prefix(SourceText.widestExcerpt) {
            let control = scalar.properties.generalCategory == .control && scalar != "\t"
            shown.append(control ? "\u{FFFD}" : scalar)
        }
        return String(shown)
    }

    /// Where `needle` next stands at or after `start`; columns count Unicode scalars.
    func location(of needle: String, from start: SourceLocation) -> SourceLocation? {
        var skipped = max(0, start.column - 1)
        let wanted = Array(needle.unicodeScalars)
        for (index, line) in lines.enumerated().dropFirst(max(0, start.line - 1)).prefix(400) {
            if let offset = line.unicodeScalars.dropFirst(skipped).firstOffset(of: wanted) {
                return SourceLocation(file: file, line: index + 1, column: skipped + offset + 1)
            }
            skipped = 0
        }
        return nil
    }
}

extension Sequence<Unicode.Scalar> {
    fileprivate func firstOffset(of needle: [Unicode.Scalar]) -> Int? {
        let all = Array(self)
        guard !needle.isEmpty, all.count >= needle.count else { return nil }
        return (0...(all.count - needle.count)).first { start in
            all[start] == needle[0] && all[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}

/// `text` in quotes as messages show it: control characters escaped, long texts cut.
func quoted(_ text: String) -> String {
    if text.utf8.count <= 80, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
        return "'\(text)'"
    }
    var shown = ""
    for scalar in text.unicodeScalars.prefix(80) {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator:
            shown += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > 80 ? "'\(shown)…'" : "'\(shown)'"
}
