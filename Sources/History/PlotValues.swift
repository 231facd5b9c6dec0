import ParamValues
import Pipelines

/// What a plot draws, from one or several revisions.
public struct PlotValues: Sendable {
    /// A file that could not be drawn.
    public struct Failure: Sendable {
        let revision: String
        let source: String
        let kind: String
        /// What is wrong with it.
        public let text: String

        /// One line for people.
        public var description: String { "'\(source)' of \(revision): \(text)" }
    }

    /// The name of the plot: a free one, or the path of the file.
    public let name: String
    /// The options that it is drawn with.
    let options: PlotOptions
    private(set) var revisions: [String] = []
    private(set) var rows: [ParamValue] = []
    /// What could not be read.
    public private(set) var failures: [Failure] = []
    private var x = "step"
    private var y = ""

    init(name: String, options: PlotOptions) {
        self.name = name
        self.options = options
    }

    /// The plots of several revisions, those of one name together, in order of first appearance.
    public static func of(
        _ moments: [(revision: String, values: ProjectValues)], targets: [String] = []
    ) throws -> [PlotValues] {
        var plots: [PlotValues] = []
        var positions: [String: Int] = [:]
        for (revision, values) in moments {
            for (name, path, options) in try values.plots()
            where targets.isEmpty
                || targets.contains(where: { name == $0 || name.hasPrefix("\($0)/") })
            {
                let position = positions[name] ?? plots.count
                if position == plots.count {
                    positions[name] = position
                    plots.append(PlotValues(name: name, options: options))
                }
                try plots[position].add(path, options, of: revision, files: values.files)
            }
        }
        return plots
    }

    /// `{"data": {name: [{"type", "revisions", "content": {"data": {"values": […]}, …}}]}, "errors": […]}`:
    /// what `dvc plots show --json` prints, without the drawing itself.
    public static func json(_ plots: [PlotValues]) -> String {
        let data = plots.map { ($0.name, ParamValue.list($0.rows.isEmpty ? [] : [$0.content])) }
        var root: [String: ParamValue] = [
            "data": .object(Dictionary(data, uniquingKeysWith: { first, _ in first }))
        ]
        let errors = plots.flatMap { plot in
            plot.failures.map { failure in
                ParamValue.object([
                    "name": .string(plot.name), "rev": .string(failure.revision),
                    "source": .string(failure.source), "type": .string(failure.kind),
                    "msg": .string(failure.text),
                ])
            }
        }
        if !errors.isEmpty { root["errors"] = .list(errors) }
        return ParamValue.object(root).canonicalText
    }

    /// The values as a table.
    public var table: TextTable {
        var columns: [String] = []
        for case .map(let row) in rows {
            for key in row.keys where !columns.contains(key) { columns.append(key) }
        }
        let cells = rows.map { row -> [String] in
            guard case .map(let map) = row else { return [] }
            return columns.map { map[$0]?.displayText ?? "-" }
        }
        return TextTable(header: columns, rows: cells)
    }

    private var content: ParamValue {
        let axis = { (field: String, title: String?) in
            ParamValue.object([
                "field": .string(field), "type": .string("quantitative"),
                "title": .string(title ?? field),
            ])
        }
        let title = y == Self.inferred ? "y" : y
        return .object([
            "type": .string("vega"), "revisions": .list(revisions.map(ParamValue.string)),
            "content": .object([
                "data": .object(["values": .list(rows.map(\.forJSON))]),
                "title": .object([
                    "text": .string(options.title ?? name), "anchor": .string("middle"),
                ]),
                "encoding": .object([
                    "x": axis(x, options.xLabel), "y": axis(y, options.yLabel ?? title),
                ]),
            ]),
        ])
    }

    private static let inferred = "dvc_inferred_y_value"

    /// How many characters of `paths` name folders that all of them are in, the last `/` included.
    private static func sharedFolder(_ paths: Set<String>) -> Int {
        let folders = paths.map { $0.split(separator: "/").dropLast() }
        guard var shared = folders.first else { return 0 }
        for folder in folders {
            while !folder.starts(with: shared) { shared.removeLast() }
        }
        return shared.map { $0.count + 1 }.reduce(0, +)
    }

    /// Adds the rows of one revision.
    private mutating func add(
        _ path: String?, _ options: PlotOptions, of revision: String, files: any ProjectFiles
    ) throws {
        var tables: [String: PlotTable] = [:]
        func table(_ file: String) throws -> PlotTable? {
            if let known = tables[file] { return known }
            do {
                guard let text = try files.text(file) else {
                    throw PlotProblem(kind: "FileNotFoundError", text: "no such file")
                }
                let read = try PlotTable(text, path: file, header: options.header)
                tables[file] = read
                return read
            } catch let problem as PlotProblem {
                failures.append(
                    Failure(
                        revision: revision, source: file, kind: problem.kind, text: problem.text))
                return nil
            }
        }
        var series = options.y.flatMap { part in
            part.columns.map { (file: part.file ?? path, column: Optional($0)) }
        }
        if series.isEmpty { series = [(path, nil)] }
        let abscissa = options.x.first.flatMap { part in part.columns.first.map { (part.file, $0) }
        }
        let sources = Set(series.compactMap(\.file))
        let shared = PlotValues.sharedFolder(sources)
        for (file, column) in series {
            guard let file, let own = try table(file) else { continue }
            let ordinate = column ?? own.columns.last ?? ""
            (x, y) = (abscissa?.1 ?? "step", series.count > 1 ? Self.inferred : ordinate)
            let other = try abscissa?.0.flatMap { $0 == file ? nil : try table($0) }
            if !revisions.contains(revision) { revisions.append(revision) }
            for (index, cells) in own.rows.enumerated() {
                var row = Dictionary(
                    cells.map { ($0.column, $0.value) }, uniquingKeysWith: { first, _ in first })
                if series.count > 1 { row[Self.inferred] = row[ordinate] ?? .null }
                if abscissa == nil {
                    row["step"] = .int(index)
                } else if let other, index < other.rows.count {
                    row[x] = other.rows[index].first { $0.column == x }?.value
                }
                row["rev"] = .string(revision)
                if sources.count > 1 {
                    row["filename::field"] = .string("\(file.dropFirst(shared))::\(ordinate)")
                } else if series.count > 1 {
                    row["field"] = .string(ordinate)
                }
                rows.append(.object(row))
            }
        }
    }
}

extension ProjectValues {
    /// The plots with the file that each draws: those of the top level, then those of stages; a
    /// folder's files are plots of their own.
    func plots() throws -> [(name: String, path: String?, options: PlotOptions)] {
        guard let pipeline else { return [] }
        var all = pipeline.plots.map { (name: $0.name, path: $0.path, options: $0.options) }
        for out in pipeline.stages.flatMap(\.outs) where out.kind == .plot {
            all.append((out.path, out.path, out.plot ?? PlotOptions()))
        }
        var seen: Set<String> = []
        return try all.flatMap { name, path, options in
            guard let path, name == path else {
                return [(name: name, path: path, options: options)]
            }
            let listed = try files.list(path)
            return (listed.isEmpty ? [path] : listed).map { ($0, Optional($0), options) }
        }.filter { seen.insert($0.name).inserted }
    }
}
