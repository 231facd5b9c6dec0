/// A text as a scalar of block YAML, in the style and with the line breaks that DVC's files have.
///
/// DVC writes with the library ruamel.yaml, lines about 80 characters wide. What that library does
/// with a text is followed here to the byte, so that neither program changes lines of the other.
struct YAMLScalar {
    private enum Style { case plain, single, double }

    /// Lines are folded at the first chance from here on.
    private static let width = 80
    /// Keys that are as long have a line of their own, which begins with `?`.
    static let longKey = 128

    private let text: [Unicode.Scalar]
    private let style: Style

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        self.text = scalars
        let form = Form(scalars)
        if form.mayBePlain, !PlainYAML.isOther(scalars) {
            style = .plain
        } else if form.hasBreak || form.hasSpecial || scalars.contains("'") {
            style = .double
        } else {
            style = .single
        }
    }

    /// Whether the text can be a key before a colon on one line.
    var isSimpleKey: Bool {
        text.count < YAMLScalar.longKey && !text.contains { PlainYAML.isBreak($0) }
    }

    /// The scalar where it stands alone in its line, as a key does.
    var key: String {
        var line = Line(column: 0, indent: 0, isKey: true)
        write(to: &line)
        return line.text
    }

    /// The scalar after a blank, behind a colon or a dash.
    ///
    /// - Parameters:
    ///   - column: how many characters stand before the blank.
    ///   - indent: how far its further lines are from the left.
    func value(column: Int, indent: Int) -> String {
        var line = Line(column: column, indent: indent, isKey: false)
        line.add(" ")
        write(to: &line)
        return line.text
    }

    /// A line that is being filled, and those before it.
    private struct Line {
        var text = ""
        var column: Int
        let indent: Int
        let isKey: Bool

        var isFull: Bool { column > YAMLScalar.width }

        mutating func add(_ part: some Collection<Unicode.Scalar>) {
            text.unicodeScalars.append(contentsOf: part)
            column += part.count
        }

        mutating func add(_ part: String) { add(part.unicodeScalars) }

        mutating func breakLine() {
            text += "\n" + String(repeating: " ", count: indent)
            column = indent
        }
    }

    private func write(to line: inout Line) {
        switch style {
        case .plain: writePlain(to: &line)
        case .single:
            line.add("'")
            writeSingle(to: &line)
            line.add("'")
        case .double:
            line.add("\"")
            writeDouble(to: &line)
            line.add("\"")
        }
    }

    /// Words and the blanks between them, in turns.
    private func runs(_ body: (_ run: ArraySlice<Unicode.Scalar>, _ isBlank: Bool) -> Void) {
        var start = 0
        while start < text.count {
            let isBlank = text[start] == " "
            var end = start
            while end < text.count, (text[end] == " ") == isBlank { end += 1 }
            body(text[start..<end], isBlank)
            start = end
        }
    }

    private func writePlain(to line: inout Line) {
        runs { run, isBlank in
            if isBlank {
                if run.count == 1, line.column >= YAMLScalar.width, !line.isKey {
                    line.breakLine()
                } else {
                    line.add(run)
                }
            } else {
                // The blank before a word that does not fit stays where it is.
                if line.column + run.count > YAMLScalar.width, line.column > line.indent,
                    !line.isKey
                {
                    line.breakLine()
                }
                line.add(run)
            }
        }
    }

    private func writeSingle(to line: inout Line) {
        runs { run, isBlank in
            let isInside = run.startIndex > 0 && run.endIndex < text.count
            if isBlank, run.count == 1, isInside, line.isFull, !line.isKey {
                line.breakLine()
            } else {
                line.add(run)
            }
        }
    }

    private func writeDouble(to line: inout Line) {
        var start = 0
        for end in text.indices {
            let scalar = text[end]
            if !PlainYAML.isPrintable(scalar) || scalar == "\"" || scalar == "\\" {
                line.add(text[start..<end])
                line.add(YAMLScalar.escape(scalar))
                start = end + 1
            }
            // Where lines are folded: before a blank, or after what is escaped.
            guard end > 0, end < text.count - 1, scalar == " " || start >= end, !line.isKey,
                line.column + (end - start) > YAMLScalar.width
            else { continue }
            // After what is escaped the library sometimes leaves the mark out where it is needed.
            let isMarked =
                !isReadAsBlank(end) || start == end || (start > end && text[start] != " ")
            if start < end {
                line.add(text[start..<end])
                start = end
            }
            if isMarked { line.add("\\") }
            line.breakLine()
            guard text[start] == " " else { continue }
            if isMarked { line.add("\\") } else { start += 1 }
        }
        if start < text.count { line.add(text[start...]) }
    }

    /// Whether a line break in the place of the blank at `end` is read as that blank.
    ///
    /// The library says so only where it is sure: up to the next blank there is no quote and no
    /// break, and only one blank stands here and there.
    private func isReadAsBlank(_ end: Int) -> Bool {
        guard let blank = text[end...].firstIndex(of: " ") else { return false }
        let stop = text[end..<blank].firstIndex(of: "\n") ?? blank
        guard stop + 1 < text.count else { return false }
        let next = text[stop + 1]
        if text[stop] == "\n", next != " " { return false }
        return !text[end..<stop].contains("\"") && !text[end..<stop].contains("'")
            && next != " " && next != "\n" && !(text[end - 1] == " " && text[end] == " ")
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let names: [Unicode.Scalar: String] = [
            "\0": "0", "\u{7}": "a", "\u{8}": "b", "\t": "t", "\n": "n", "\u{b}": "v",
            "\u{c}": "f", "\r": "r", "\u{1b}": "e", "\"": "\"", "\\": "\\", "\u{85}": "N",
            "\u{a0}": "_", "\u{2028}": "L", "\u{2029}": "P",
        ]
        if let name = names[scalar] { return "\\\(name)" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, width) =
            scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\\(letter)\(String(repeating: "0", count: width - digits.count))\(digits)"
    }
}

extension YAMLScalar {
    /// What there is in a text that a style cannot hold.
    private struct Form {
        var mayBePlain = true
        var hasBreak = false
        /// What has to be escaped.
        var hasSpecial = false

        init(_ text: [Unicode.Scalar]) {
            guard let first = text.first, let last = text.last else { return }
            if first == " " || last == " " || text.starts(with: "---".unicodeScalars)
                || text.starts(with: "...".unicodeScalars)
                || "#,[]{}&*!|>'\"%@`".unicodeScalars.contains(first)
            {
                mayBePlain = false
            }
            if "?:-".unicodeScalars.contains(first), text.count == 1 || PlainYAML.isBlank(text[1]) {
                mayBePlain = false
            }
            for (index, scalar) in text.enumerated() {
                if PlainYAML.isBreak(scalar) {
                    hasBreak = true
                } else if !PlainYAML.isPrintable(scalar) {
                    hasSpecial = true
                } else if scalar == ":", index > 0 {
                    let isLast = index + 1 == text.count || PlainYAML.isBlank(text[index + 1])
                    if isLast { mayBePlain = false }
                } else if scalar == "#", index > 0, PlainYAML.isBlank(text[index - 1]) {
                    mayBePlain = false
                }
            }
            if hasBreak || hasSpecial { mayBePlain = false }
        }
    }
}
