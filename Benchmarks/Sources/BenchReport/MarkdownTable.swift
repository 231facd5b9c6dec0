extension Report {
    /// The report as a page: the machine, the table, and the notes of the rows.
    ///
    /// - Parameters:
    ///   - command: what writes it.
    ///   - picture: the file with the chart, beside the page.
    public func markdown(
        command: String = "make bench", picture: String = "latest.svg"
    ) -> String {
        var lines = [
            "# Benchmark of \(date)", "",
            "Written by `\(command)`; `docs/decisions/0008-benchmarks.md` says how it measures.",
            "",
            "- Machine: \(machine.text)",
            "- Peers: \(peersText)",
            "- nlpipe: \(commit)",
            """
            - Both sides took turns, \(rounds) counted rounds each. Figures are medians with the \
            lowest and the highest round; ratios are medians of the rounds' ratios, above 1 where \
            nlpipe is better. "Foreign" are cores that other processes kept busy.
            """,
            "", "![ratios](\(picture))", "",
            "| work | nlpipe | peer | ratio | bar | | foreign |",
            "|---|---:|---:|---:|---:|---|---:|",
        ]
        lines += rows.map(\.markdown)
        let noted = rows.filter { !$0.notes.isEmpty }
        if !noted.isEmpty { lines += ["", "## Notes", ""] }
        lines += noted.map { "- \($0.title): \($0.notes.joined(separator: "; "))." }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Row {
    /// One line of the table.
    var markdown: String {
        func cell(_ side: Side) -> String {
            "\(side.spread?.text ?? "-") \(unit)<br>\(side.name)"
        }
        let columns = [
            title, cell(ours), cell(theirs),
            ratio.map { "**\(Figure($0.median))**<br>(\(Figure($0.lowest))-\(Figure($0.highest)))" }
                ?? "-",
            bar.map { "\(Figure($0))" } ?? "-", verdict.text, busyText,
        ]
        return "| " + columns.joined(separator: " | ") + " |"
    }

    /// Cores that others kept busy: the middle, and the worst turn.
    var busyText: String {
        foreign.map { "\(Figure($0.median, digits: 2)), at most \(Figure($0.highest, digits: 2))" }
            ?? "-"
    }

    /// One line for a terminal.
    public var line: String {
        func show(_ side: Side) -> String { "\(side.spread?.text ?? "-") \(side.name)" }
        let wanted = bar.map { ", bar \(Figure($0))" } ?? ""
        return """
            \(id): \(title) [\(unit)]
              nlpipe  \(show(ours))
              peer    \(show(theirs))
              ratio   \(ratio?.text ?? "-")\(wanted): \(verdict.text); foreign \(busyText)
            """
    }
}
