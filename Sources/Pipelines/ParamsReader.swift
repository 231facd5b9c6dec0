/// Reads the `params` of one stage: keys of `params.yaml`, `file: [keys]`, or `file:` alone.
struct ParamsReader {
    let paths: PathReader

    /// One `ParamDep` for every key, so that each has its own place.
    func read(_ value: Located?, findings: inout Findings) -> [ParamDep] {
        var params: [ParamDep] = []
        for item in paths.list(value, key: "params", of: "keys", findings: &findings) {
            if item.string != nil {
                params += key(item, in: defaultFile, findings: &findings)
            } else if let entries = item.entries, !entries.isEmpty {
                for entry in entries { params += file(entry, findings: &findings) }
            } else {
                findings.addWrongType(
                    "an entry of 'params' of \(paths.place)",
                    expected: "a key such as train.epochs, or 'file: [keys]'", found: item)
            }
        }
        return withoutRepetition(params)
    }

    /// `params.yaml` of the working directory, as in DVC.
    private var defaultFile: String {
        (paths.folder.isEmpty ? "" : paths.folder + "/") + PipelineReader.defaultParamsFile
    }

    private func file(_ entry: Located.Entry, findings: inout Findings) -> [ParamDep] {
        let path = paths.normalise(
            entry.key, "parameters file", at: entry.keyLocation, findings: &findings)
        guard let path else { return [] }
        if entry.value.isNull {
            return [ParamDep(file: path, keys: nil, location: entry.keyLocation)]
        }
        guard let keys = entry.value.list else {
            findings.addWrongType(
                "what follows parameters file \(quoted(entry.key)) of \(paths.place)",
                expected: "a list of keys", found: entry.value,
                hint: entry.value.string.map { "write a list: '\(entry.key): [\($0)]'" })
            return []
        }
        if keys.isEmpty { return [ParamDep(file: path, keys: nil, location: entry.keyLocation)] }
        return keys.flatMap { key($0, in: path, findings: &findings) }
    }

    private func key(_ item: Located, in file: String, findings: inout Findings) -> [ParamDep] {
        guard !item.isUnknown else { return [] }
        guard let text = item.string, DottedPath(text) != nil else {
            findings.add(
                at: item.location, "'params' of \(paths.place) needs keys",
                facts: [
                    .init("expected", "a path such as train.layers[0]"),
                    .init("found", item.summary),
                ])
            return []
        }
        return [ParamDep(file: file, keys: [text], location: item.location)]
    }

    private func withoutRepetition(_ params: [ParamDep]) -> [ParamDep] {
        struct Name: Hashable {
            var file: String
            var keys: [String]?
        }
        var seen: Set<Name> = []
        return params.filter { seen.insert(Name(file: $0.file, keys: $0.keys)).inserted }
    }
}
