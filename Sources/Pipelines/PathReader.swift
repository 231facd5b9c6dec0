/// Reads the deps and outs of one stage.
struct PathReader {
    static let outKeys =
        [
            "cache", "persist", "volatile", "push", "remote", "checkpoint",
        ] + Annotations.keys

    /// What messages call the stage.
    let place: String
    /// What paths are written relative to.
    var folder: String
    /// Whether deps may be patterns.
    var patterns = false
    var dialect = Dialect.native

    func deps(_ value: Located?, findings: inout Findings) -> [Dep] {
        var deps: [Dep] = []
        var seen: Set<String> = []
        for item in list(value, key: "deps", of: "paths", findings: &findings) {
            guard let text = item.string else {
                findings.addWrongType("a dep of \(place)", expected: "a path", found: item)
                continue
            }
            guard let dep = dep(text, at: item.location, findings: &findings) else { continue }
            if seen.insert(dep.path).inserted { deps.append(dep) }
        }
        return deps
    }

    private func dep(
        _ text: String, at location: SourceLocation, findings: inout Findings
    ) -> Dep? {
        guard patterns, Glob.isPattern(text) else {
            let plain = patterns ? Glob.unescaped(text) : text
            return normalise(plain, "dep", at: location, findings: &findings)
                .map { Dep(path: $0, location: location) }
        }
        var around = self
        around.folder = Glob.escaped(folder)
        guard let path = around.normalise(text, "dep", at: location, findings: &findings) else {
            return nil
        }
        guard let glob = Glob(path) else {
            findings.add(
                at: location, "dep \(quoted(text)) of \(place) is no pattern",
                facts: [.init("expected", "every '[' closed, and no '\\' at the end")],
                hint: "write \\[ for the character itself")
            return nil
        }
        return Dep(path: path, glob: glob, location: location)
    }

    func outs(
        _ value: Located?, key: String, kind: Out.Kind, findings: inout Findings
    ) -> [Out] {
        var outs: [Out] = []
        for item in list(value, key: key, of: "paths", findings: &findings) {
            if let text = item.string {
                outs += out(text, nil, kind: kind, at: item.location, findings: &findings)
            } else if let entries = item.entries, !entries.isEmpty {
                for entry in entries {
                    outs += out(
                        entry.key, entry.value, kind: kind, at: entry.keyLocation,
                        findings: &findings)
                }
            } else {
                findings.addWrongType(
                    "an entry of '\(key)' of \(place)",
                    expected: "a path, or 'path: {cache: false}'",
                    found: item)
            }
        }
        return outs
    }

    /// The elements of a list; a lone value is an error that shows how to write it.
    func list(
        _ value: Located?, key: String, of elements: String, findings: inout Findings
    ) -> [Located] {
        guard let value, !value.isNull else { return [] }
        if let list = value.list { return list }
        findings.addWrongType(
            "\(quoted(key)) of \(place)", expected: "a list of \(elements)", found: value,
            hint: value.string.map { "write a list: '\(key): [\($0)]'" })
        return []
    }

    func normalise(
        _ path: String, _ what: String, at location: SourceLocation, findings: inout Findings
    ) -> String? {
        do {
            return try PathRules.normalise(path, in: folder)
        } catch {
            findings.add(
                at: location, "\(what) \(quoted(path)) of \(place) \(error.message)",
                hint: error.hint)
            return nil
        }
    }

    private func out(
        _ text: String, _ options: Located?, kind: Out.Kind, at location: SourceLocation,
        findings: inout Findings
    ) -> [Out] {
        let path = normalise(
            text, kind == .artifact ? "out" : kind.rawValue, at: location, findings: &findings)
        var out = Out(
            path: path ?? "", kind: kind, plot: kind == .plot ? PlotOptions() : nil,
            location: location)
        if let options, !options.isNull { apply(options, to: &out, text, findings: &findings) }
        return path == nil ? [] : [out]
    }

    private func apply(
        _ options: Located, to out: inout Out, _ text: String, findings: inout Findings
    ) {
        guard let entries = options.entries else {
            findings.addWrongType(
                "what follows out \(quoted(text)) of \(place)",
                expected: "options such as {cache: false}",
                found: options)
            return
        }
        let outKeys = PathReader.outKeys.filter { dialect == .native || $0 != "volatile" }
        let allowed = outKeys + (out.kind == .plot ? PlotReader.keys : [])
        let what =
            "\(out.kind == .artifact ? "out" : out.kind.rawValue) \(quoted(text)) of \(place)"
        out.annotations = Annotations.read(entries, of: what, findings: &findings)
        if out.kind == .plot {
            out.plot = PlotReader(paths: self).options(entries, of: what, findings: &findings)
        }
        for entry in entries {
            switch entry.key {
            case "cache": out.cache = flag(entry, default: true, findings: &findings)
            case "persist": out.persist = flag(entry, default: false, findings: &findings)
            case "volatile" where dialect == .native:
                out.volatile = flag(entry, default: false, findings: &findings)
            case "push": out.push = flag(entry, default: true, findings: &findings)
            case "checkpoint": _ = flag(entry, default: true, findings: &findings)
            case "remote": out.remote = name(entry, findings: &findings)
            case _ where allowed.contains(entry.key): break
            default: findings.addUnknownKey(entry, in: "out \(quoted(text))", allowed: allowed)
            }
        }
    }

    private func flag(
        _ entry: Located.Entry, default fallback: Bool, findings: inout Findings
    ) -> Bool {
        if let value = entry.value.bool { return value }
        findings.addWrongType(
            "\(quoted(entry.key)) of \(place)", expected: "true or false", found: entry.value)
        return fallback
    }

    private func name(_ entry: Located.Entry, findings: inout Findings) -> String? {
        if let name = entry.value.string, !name.isEmpty { return name }
        findings.addWrongType(
            "\(quoted(entry.key)) of \(place)", expected: "the name of a remote",
            found: entry.value)
        return nil
    }
}
