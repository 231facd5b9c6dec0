public import History
import Pipelines

extension GateReport {
    /// What a comment begins with, so that the next run finds and replaces it.
    public static let marker = "<!-- nlpipe gate -->"
    /// GitHub refuses comments of more than 65,536 characters.
    public static let longestComment = 65_000

    /// The answers as Markdown, the worst first, in at most `limit` bytes.
    ///
    /// - Parameters:
    ///   - isComment: whether it begins with `marker`.
    ///   - details: tables to show folded in below, as many of their rows as there is room for.
    public func markdown(
        isComment: Bool, details: [(heading: String, table: TextTable)] = [],
        limit: Int = GateReport.longestComment
    ) -> String {
        let sign = verdict == .pass ? "✅" : verdict == .fail ? "❌" : "❔"
        var text = isComment ? "\(GateReport.marker)\n" : ""
        text += "### \(sign) nlpipe gate: \(headline)\n\n"
        text += notes.map { "> \(Escaped.markdown($0))\n\n" }.joined()
        text += "| verdict | gate | demanded | found |\n| --- | --- | --- | --- |\n"
        let rows = worstFirst.map(row)
        for (index, row) in rows.enumerated() {
            let rest = "\n\(rows.count - index) more gates are not shown.\n"
            guard text.utf8.count + row.utf8.count + rest.utf8.count <= limit else {
                return text + rest
            }
            text += row
        }
        for detail in details where !detail.table.rows.isEmpty {
            text += Self.folded(detail.heading, detail.table, room: limit - text.utf8.count)
        }
        return text
    }

    /// A table below a heading that opens it, in at most `room` bytes; "" where that is too little.
    private static func folded(_ heading: String, _ table: TextTable, room: Int) -> String {
        func line(_ cells: [String]) -> String {
            "| \(cells.map { Escaped.markdown(cut($0)) }.joined(separator: " | ")) |\n"
        }
        let rule = table.header.map { _ in "---" }.joined(separator: " | ")
        var text =
            "\n<details><summary>\(Escaped.markdown(heading))</summary>\n\n"
            + line(table.header) + "| \(rule) |\n"
        let end = "\n</details>\n"
        guard text.utf8.count + end.utf8.count + 100 <= room else { return "" }
        for (index, row) in table.rows.enumerated() {
            let rest = "\n\(table.rows.count - index) more rows are not shown.\n"
            let line = line(row)
            guard text.utf8.count + line.utf8.count + rest.utf8.count + end.utf8.count <= room
            else { return text + rest + end }
            text += line
        }
        return text + end
    }

    private func row(_ result: GateResult) -> String {
        let optional = result.gate.isRequired ? "" : " (not required)"
        let cells = [
            Self.sign(result.verdict) + optional,
            "<code>\(Escaped.markdown(Self.cut(result.gate.name)))</code>",
            Escaped.markdown(Self.cut(result.expected)), Escaped.markdown(Self.cut(result.found)),
        ]
        return "| \(cells.joined(separator: " | ")) |\n"
    }

    private static func sign(_ verdict: GateVerdict) -> String {
        switch verdict {
        case .pass: "✅ pass"
        case .fail: "❌ fail"
        case .inconclusive: "❔ inconclusive"
        }
    }

    /// One gate must not take the room of all others.
    static func cut(_ text: String) -> String {
        text.unicodeScalars.count <= 400
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(399))) + "…"
    }
}
