import ParamValues
import Pipelines

/// Metrics files as tables.
///
/// Values that repeat below sibling groups, such as `models.teacher.accuracy` and
/// `models.int8.accuracy`, become one table with a row per group and a column per value.
public struct ValueTables: Sendable {
    let files: [ValueFile]
    let precision: Int

    /// Creates tables; numbers are rounded to `precision` decimals.
    public init(_ files: [ValueFile], precision: Int = 5) {
        self.files = files
        self.precision = precision
    }

    /// Every file under its path, for a terminal.
    public var plain: String { text(title: { $0 }, table: \.plain) }

    /// Every file under a heading, as Markdown.
    public var markdown: String { text(title: { "### \($0)" }, table: \.markdown) }

    private func text(title: (String) -> String, table: (TextTable) -> String) -> String {
        files.map { file in
            let tables = self.tables(of: file).map(table)
            let parts = file.problem.map { _ in ["(cannot be read)"] } ?? tables
            return ([title(file.path)] + (parts.isEmpty ? ["(empty)"] : parts))
                .joined(separator: "\n\n")
        }.joined(separator: "\n\n")
    }

    private func tables(of file: ValueFile) -> [TextTable] {
        let parents = Self.repeating(file.entries)
        var single: [ValueFile.Entry] = []
        var groups: [(parent: String, entries: [Cell])] = []
        for entry in file.entries {
            guard let cell = Cell(entry), parents.contains(cell.parent) else {
                single.append(entry)
                continue
            }
            if let index = groups.firstIndex(where: { $0.parent == cell.parent }) {
                groups[index].entries.append(cell)
            } else {
                groups.append((cell.parent, [cell]))
            }
        }
        var tables = groups.map { table(of: $0.entries, parent: $0.parent) }
        if !single.isEmpty {
            tables.append(
                TextTable(
                    header: ["metric", "value"],
                    rows: single.map {
                        [$0.key, DecimalText.text($0.value, precision: precision)]
                    }))
        }
        return tables
    }

    private func table(of cells: [Cell], parent: String) -> TextTable {
        let rows = Self.unique(cells.map(\.row))
        let columns = Self.unique(cells.map(\.column))
        return TextTable(
            header: [parent] + columns,
            rows: rows.map { row in
                [row]
                    + columns.map { column in
                        let cell = cells.first { $0.row == row && $0.column == column }
                        return DecimalText.text(cell?.value, precision: precision)
                    }
            })
    }

    /// A key `parent.row.column` in its three parts.
    private struct Cell {
        let parent: String
        let row: String
        let column: String
        let value: ParamValue

        init?(_ entry: ValueFile.Entry) {
            let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count >= 3 else { return nil }
            parent = parts.dropLast(2).joined(separator: ".")
            row = String(parts[parts.count - 2])
            column = String(parts[parts.count - 1])
            value = entry.value
        }
    }

    /// The parents below which at least two groups share a key.
    private static func repeating(_ entries: [ValueFile.Entry]) -> Set<String> {
        var rows: [String: [String: Set<String>]] = [:]
        for cell in entries.compactMap(Cell.init) {
            rows[cell.parent, default: [:]][cell.column, default: []].insert(cell.row)
        }
        return Set(rows.filter { $0.value.contains { $0.value.count > 1 } }.keys)
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
