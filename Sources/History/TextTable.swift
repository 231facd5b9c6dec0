/// A table of text: aligned columns for a terminal, or Markdown.
public struct TextTable: Sendable, Equatable {
    /// The names of the columns.
    public var header: [String]
    /// The cells, row by row.
    public var rows: [[String]]
    /// The first columns that are aligned left; those that follow hold numbers.
    public var leftColumns: Int

    /// Creates a table; short rows are filled up with empty cells.
    public init(header: [String], rows: [[String]], leftColumns: Int = 1) {
        self.header = header
        self.rows = rows
        self.leftColumns = leftColumns
    }

    /// Columns two spaces apart, a line below the header; no trailing spaces.
    public var plain: String {
        let lines = [header] + rows
        let widths = self.widths(of: lines)
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        var text = lines.map { line(cells: $0, widths: widths) }
        text.insert(rule, at: 1)
        return text.joined(separator: "\n")
    }

    /// A Markdown table with the columns lined up in the source as well.
    public var markdown: String {
        let escaped = ([header] + rows).map { $0.map(TextTable.escaped) }
        let widths = self.widths(of: escaped).map { max($0, 3) }
        var lines = escaped.map { cells in
            "| " + padded(cells, widths).joined(separator: " | ") + " |"
        }
        let rule = widths.enumerated().map { column, width in
            column < leftColumns
                ? String(repeating: "-", count: width)
                : String(repeating: "-", count: width - 1) + ":"
        }
        lines.insert("| " + rule.joined(separator: " | ") + " |", at: 1)
        return lines.joined(separator: "\n")
    }

    private func line(cells: [String], widths: [Int]) -> String {
        var text = Substring(padded(cells, widths).joined(separator: "  "))
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private func padded(_ cells: [String], _ widths: [Int]) -> [String] {
        widths.enumerated().map { column, width in
            let cell = column < cells.count ? cells[column] : ""
            let space = String(repeating: " ", count: max(0, width - cell.count))
            return column < leftColumns ? cell + space : space + cell
        }
    }

    private func widths(of lines: [[String]]) -> [Int] {
        let columns = lines.map(\.count).max() ?? 0
        return (0..<columns).map { column in
            lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
    }

    private static func escaped(_ cell: String) -> String {
        cell.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}
