/// Reads the top-level `plots` and the options that say how a file is drawn.
struct PlotReader {
    static let keys = ["x", "y", "x_label", "y_label", "title", "template", "header"]

    let paths: PathReader

    /// The plots of the top level: a list of files and of `name: options`, or a map of them.
    func plots(_ value: Located?, findings: inout Findings) -> [Plot] {
        guard let value, !value.isNull, !value.isUnknown else { return [] }
        guard let items = value.list ?? value.entries.map({ _ in [value] }) else {
            findings.addWrongType(
                "'plots'", expected: "a list of files and 'name: options'", found: value)
            return []
        }
        var plots: [Plot] = []
        for item in items {
            if let text = item.string {
                let entry = Located.Entry(
                    key: text, keyLocation: item.location, value: Located(.null, at: item.location))
                add(entry, to: &plots, findings: &findings)
            } else if let entries = item.entries {
                for entry in entries { add(entry, to: &plots, findings: &findings) }
            } else {
                findings.addWrongType(
                    "an entry of 'plots'", expected: "a file or 'name: options'", found: item)
            }
        }
        return plots
    }

    private func add(_ entry: Located.Entry, to plots: inout [Plot], findings: inout Findings) {
        if let first = plots.first(where: { $0.name == entry.key }) {
            findings.add(
                at: entry.keyLocation, "two plots are called \(quoted(entry.key))",
                facts: [.init("first", "\(first.location)")])
            return
        }
        guard entry.value.isNull || entry.value.entries != nil else {
            findings.addWrongType(
                "plot \(quoted(entry.key))", expected: "a map of options", found: entry.value)
            return
        }
        let fields = entry.value.entries ?? []
        let place = "plot \(quoted(entry.key))"
        for field in fields where !PlotReader.keys.contains(field.key) {
            findings.addUnknownKey(field, in: place, allowed: PlotReader.keys)
        }
        let options = self.options(fields, of: place, findings: &findings)
        var path: String?
        if !(options.x + options.y).contains(where: { $0.file != nil }) {
            path = paths.normalise(
                entry.key, "plot", at: entry.keyLocation, findings: &findings)
            if path == nil { return }
        }
        plots.append(
            Plot(name: entry.key, path: path, options: options, location: entry.keyLocation))
    }

    /// The options among `fields`; other keys are someone else's.
    func options(
        _ fields: [Located.Entry], of place: String, findings: inout Findings
    ) -> PlotOptions {
        var options = PlotOptions()
        for field in fields {
            let what = "\(quoted(field.key)) of \(place)"
            switch field.key {
            case "x": options.x = series(field.value, what, findings: &findings)
            case "y": options.y = series(field.value, what, findings: &findings)
            case "title": options.title = text(field.value, what, findings: &findings)
            case "template": options.template = text(field.value, what, findings: &findings)
            case "x_label": options.xLabel = text(field.value, what, findings: &findings)
            case "y_label": options.yLabel = text(field.value, what, findings: &findings)
            case "header":
                if let flag = field.value.bool {
                    options.header = flag
                } else {
                    findings.addWrongType(what, expected: "true or false", found: field.value)
                }
            default: break
            }
        }
        return options
    }

    /// `column`, `[columns]`, `file: column` or `file: [columns]`.
    private func series(
        _ value: Located, _ what: String, findings: inout Findings
    ) -> [PlotOptions.Series] {
        guard let entries = value.entries else {
            return columns(value, what, findings: &findings).map { [.init(columns: $0)] } ?? []
        }
        return entries.compactMap { entry in
            let file = paths.normalise(
                entry.key, "file", at: entry.keyLocation, findings: &findings)
            let columns = columns(entry.value, what, findings: &findings)
            guard let file, let columns else { return nil }
            return PlotOptions.Series(file: file, columns: columns)
        }
    }

    private func columns(
        _ value: Located, _ what: String, findings: inout Findings
    ) -> [String]? {
        let names = (value.list ?? [value]).map(\.string)
        let known = names.compactMap(\.self)
        if known.count == names.count, !known.isEmpty { return known }
        findings.addWrongType(
            what, expected: "a column, a list of columns, or 'file: column'", found: value,
            hint: "put the names of columns that look like numbers in quotes")
        return nil
    }

    private func text(
        _ value: Located, _ what: String, findings: inout Findings
    ) -> String? {
        if value.string == nil { findings.addWrongType(what, expected: "a text", found: value) }
        return value.string
    }
}
