import Foundation
import ParamValues

/// Experiments as a table: a row for each, columns for metrics and parameters.
public struct ExperimentTable: Sendable {
    /// What a table shows and in which order.
    public struct Options: Sendable {
        /// The metric or parameter to sort experiments of a baseline by, with or without its file.
        public var sortBy: String?
        /// Largest first.
        public var descending = false
        /// Leave out columns that are the same in all rows.
        public var onlyChanged = false
        /// Patterns of the beginnings of columns that are left out.
        public var drop: [String] = []
        /// Patterns of the beginnings of columns that stay in any case.
        public var keep: [String] = []
        /// Decimals of numbers; nil for numbers as they are.
        public var precision: Int? = 5

        /// Shows everything.
        public init() {}
    }

    /// Why a table cannot be made.
    public enum Problem: Error, Equatable, CustomStringConvertible {
        case unknownColumn(String, known: [String])
        case ambiguousColumn(String, [String])
        case badPattern(String)

        /// The message for the user.
        public var description: String {
            switch self {
            case .unknownColumn(let name, let known):
                """
                no metric or parameter is called '\(name)'
                  found:    \(known.prefix(20).joined(separator: ", "))\(known.count > 20 ? ", …" : "")
                """
            case .ambiguousColumn(let name, let columns):
                "'\(name)' fits several columns\n  found:    \(columns.joined(separator: ", "))"
            case .badPattern(let pattern): "'\(pattern)' is no regular expression"
            }
        }
    }

    private struct Column: Hashable {
        var isMetric: Bool
        var file: String
        var key: String
    }

    private let groups: [ExperimentGroup]
    private let options: Options
    private let columns: [Column]
    private let deps: [String]
    private let titles: [Column: String]

    /// Creates a table; throws `Problem` for a column that cannot be found.
    public init(_ groups: [ExperimentGroup], _ options: Options) throws {
        self.options = options
        let states = groups.flatMap { [$0.state] + $0.experiments }
        columns = Self.columns(states, metrics: true) + Self.columns(states, metrics: false)
        deps = Set(states.flatMap { $0.data?.deps.map(\.path) ?? [] }).sorted()
        var counts = Dictionary(grouping: columns, by: \.key).mapValues(\.count)
        for name in Self.fixed { counts[name, default: 0] += 1 }
        titles = Dictionary(
            uniqueKeysWithValues: columns.map { column in
                (column, counts[column.key] == 1 ? column.key : "\(column.file):\(column.key)")
            })
        var sorted = groups
        if let name = options.sortBy {
            let column = try Self.find(name, among: columns)
            for index in sorted.indices {
                sorted[index].experiments = Self.sorted(
                    sorted[index].experiments, by: column, descending: options.descending)
            }
        }
        self.groups = sorted
    }

    private static let fixed = [
        "Experiment", "rev", "typ", "Created", "parent", "State", "Executor",
    ]

    private static func columns(_ states: [ExperimentState], metrics: Bool) -> [Column] {
        var files: [(path: String, keys: [String])] = []
        for file in states.flatMap({ (metrics ? $0.data?.metrics : $0.data?.params) ?? [] }) {
            var index = files.firstIndex { $0.path == file.path }
            if index == nil {
                files.append((file.path, []))
                index = files.count - 1
            }
            guard let index else { continue }
            for entry in file.entries where !files[index].keys.contains(entry.key) {
                files[index].keys.append(entry.key)
            }
        }
        return files.flatMap { file in
            file.keys.map { Column(isMetric: metrics, file: file.path, key: $0) }
        }
    }

    private static func find(_ name: String, among columns: [Column]) throws -> Column {
        let exact = columns.filter { "\($0.file):\($0.key)" == name || ":\($0.key)" == name }
        let matches = exact.isEmpty ? columns.filter { $0.key == name } : exact
        if matches.count > 1 {
            throw Problem.ambiguousColumn(name, matches.map { "\($0.file):\($0.key)" })
        }
        guard let match = matches.first else {
            throw Problem.unknownColumn(name, known: columns.map(\.key))
        }
        return match
    }

    private static func value(_ column: Column, of state: ExperimentState) -> ParamValue? {
        let files = column.isMetric ? state.data?.metrics : state.data?.params
        return files?.first { $0.path == column.file }?.entries
            .first { $0.key == column.key }?.value
    }

    /// What lacks the value comes last, or first in the other direction.
    private static func sorted(
        _ states: [ExperimentState], by column: Column, descending: Bool
    ) -> [ExperimentState] {
        let keyed = states.enumerated().map { ($0.offset, value(column, of: $0.element)) }
        func precedes(_ a: ParamValue?, _ b: ParamValue?) -> Bool {
            switch (a, b) {
            case (nil, _): return false
            case (_, nil): return true
            case (let a?, let b?):
                if let a = a.number, let b = b.number { return a < b }
                if (a.number == nil) != (b.number == nil) { return a.number != nil }
                return a.displayText.utf8.lexicographicallyPrecedes(b.displayText.utf8)
            }
        }
        return keyed.sorted { a, b in
            if descending {
                if precedes(b.1, a.1) { return true }
                if precedes(a.1, b.1) { return false }
            } else {
                if precedes(a.1, b.1) { return true }
                if precedes(b.1, a.1) { return false }
            }
            return a.0 < b.0
        }.map { states[$0.0] }
    }

    // MARK: Rows

    private struct Row {
        var state: ExperimentState
        var isBaseline: Bool
        var isLast: Bool
    }

    private var rows: [Row] {
        groups.flatMap { group in
            [Row(state: group.state, isBaseline: true, isLast: false)]
                + group.experiments.enumerated().map { index, state in
                    Row(
                        state: state, isBaseline: false,
                        isLast: index == group.experiments.count - 1)
                }
        }
    }

    /// A table for reading: what is recorded of files that stages read is left out.
    public func table() throws -> TextTable {
        let rows = self.rows
        let now = ExperimentData.text(Int64(Date().timeIntervalSince1970))
        var cells: [(title: String, isNumber: Bool, cells: [String])] = [
            ("Experiment", false, rows.map(Self.label)),
            ("Created", false, rows.map { Self.time($0.state.data?.time, now: now) }),
        ]
        if rows.contains(where: { $0.state.execution != nil }) {
            cells.append(
                ("State", false, rows.map { $0.state.execution?.rawValue.capitalized ?? "-" }))
        }
        let (kept, dropped) = (try patterns(options.keep), try patterns(options.drop))
        for column in columns {
            let title = titles[column] ?? column.key
            let values = rows.map { cell(column, of: $0.state) }
            if !kept(title) {
                if options.onlyChanged, Set(values).count <= 1 { continue }
                if dropped(title) { continue }
            }
            cells.append((title, column.isMetric, values))
        }
        cells = cells.enumerated().filter { index, column in
            index == 0 || kept(column.title) || !dropped(column.title)
        }.map(\.element)
        return TextTable(
            header: cells.map(\.title),
            rows: rows.indices.map { row in cells.map { $0.cells[row] } },
            leftColumns: cells.firstIndex { $0.isNumber } ?? cells.count)
    }

    private func cell(_ column: Column, of state: ExperimentState) -> String {
        let files = column.isMetric ? state.data?.metrics : state.data?.params
        let file = files?.first { $0.path == column.file }
        guard let value = Self.value(column, of: state) else {
            return file?.problem != nil && file?.isMissing != true ? "!" : "-"
        }
        guard case .double(let number) = value, let precision = options.precision else {
            return value.displayText
        }
        return DecimalText.text(number, precision: precision)
    }

    private static func label(_ row: Row) -> String {
        let state = row.state
        let short = String(state.revision.prefix(7))
        guard !row.isBaseline else {
            return state.name ?? (state.revision == "workspace" ? state.revision : short)
        }
        let name = state.name.map { "\(short) [\($0)]" } ?? short
        return (row.isLast ? "└── " : "├── ") + name
    }

    /// The time of today, the day before that.
    private static func time(_ time: Int64?, now: String) -> String {
        guard let time else { return "-" }
        let text = ExperimentData.text(time)
        return text.prefix(10) == now.prefix(10)
            ? String(text.dropFirst(11).prefix(5)) : String(text.prefix(10))
    }

    private func patterns(_ patterns: [String]) throws -> (String) -> Bool {
        let expressions = try patterns.map { pattern in
            do { return try Regex(pattern) } catch { throw Problem.badPattern(pattern) }
        }
        return { title in expressions.contains { title.prefixMatch(of: $0) != nil } }
    }

    // MARK: CSV

    /// The columns of `dvc exp show --csv`, with what stages read as the last ones.
    public func csv() throws -> String {
        let rows = self.rows
        let hasState = rows.contains { $0.state.execution != nil }
        var cells: [(title: String, cells: [String])] = [
            ("Experiment", rows.map { $0.isBaseline ? "" : $0.state.name ?? "" }),
            (
                "rev",
                rows.map { row in
                    let revision = row.state.revision
                    let short = revision == "workspace" ? revision : String(revision.prefix(7))
                    return row.isBaseline ? row.state.name ?? short : short
                }
            ),
            (
                "typ",
                rows.map {
                    $0.isBaseline ? "baseline" : $0.isLast ? "branch_base" : "branch_commit"
                }
            ),
            ("Created", rows.map { $0.state.data?.time.map(ExperimentData.text) ?? "" }),
            ("parent", rows.map { _ in "" }),
        ]
        if hasState {
            cells.append(("State", rows.map { $0.state.execution?.rawValue.capitalized ?? "" }))
        }
        let (kept, dropped) = (try patterns(options.keep), try patterns(options.drop))
        for column in columns {
            cells.append(
                (
                    titles[column] ?? column.key,
                    rows.map { row in
                        Self.value(column, of: row.state).map { exact($0) } ?? ""
                    }
                ))
        }
        for path in deps {
            cells.append(
                (path, rows.map { $0.state.data?.deps.first { $0.path == path }?.hash ?? "" }))
        }
        cells = cells.filter { column in
            if kept(column.title) { return true }
            if options.onlyChanged, Set(column.cells).count <= 1 { return false }
            return !dropped(column.title)
        }
        let lines = [cells.map(\.title)] + rows.indices.map { row in cells.map { $0.cells[row] } }
        return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private func exact(_ value: ParamValue) -> String {
        if case .string(let text) = value { return text }
        if case .double(let number) = value, let precision = options.precision {
            return DecimalText.text(number, precision: precision)
        }
        return value.pythonText
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
            return cell
        }
        return "\"\(cell.replacing("\"", with: "\"\""))\""
    }
}
