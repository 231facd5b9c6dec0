/// Reads the top-level `params`, `metrics`, `plots` and `artifacts`.
struct TopLevelReader {
    let scope: Scope
    let folder: String

    static let artifactKeys = ["path", "type", "desc", "labels", "meta"]

    func read(_ root: Located, into pipeline: inout Pipeline, findings: inout Findings) {
        pipeline.paramsFiles = paths(root, "params", findings: &findings)
        pipeline.metrics = paths(root, "metrics", findings: &findings)
        readPlots(root["plots"]?.value, into: &pipeline, findings: &findings)
        readArtifacts(root["artifacts"]?.value, into: &pipeline, findings: &findings)
    }

    private var reader: PathReader { PathReader(place: "the pipeline file", folder: folder) }

    private func paths(_ root: Located, _ key: String, findings: inout Findings) -> [String] {
        reader.list(root[key]?.value, key: key, of: "files", findings: &findings).compactMap {
            item in
            guard let text = item.string else {
                findings.addWrongType("an entry of \(quoted(key))", expected: "a path", found: item)
                return nil
            }
            return reader.normalise(text, "entry", at: item.location, findings: &findings)
        }
    }

    private func readPlots(
        _ value: Located?, into pipeline: inout Pipeline, findings: inout Findings
    ) {
        guard let value, !value.isNull else { return }
        let entries = value.entries.map { [$0] } ?? value.list?.map { $0.entries ?? [] }
        guard let entries else {
            findings.addWrongType(
                "'plots'", expected: "a list of files and 'name: options'", found: value)
            return
        }
        for item in value.list ?? [] {
            if let text = item.string { pipeline.plots[text] = .null }
            if item.string == nil, item.entries == nil {
                findings.addWrongType(
                    "an entry of 'plots'", expected: "a file or 'name: options'", found: item)
            }
        }
        for entry in entries.joined() {
            if entry.value.isNull || entry.value.entries != nil {
                pipeline.plots[entry.key] = entry.value.value
            } else {
                findings.addWrongType(
                    "plot \(quoted(entry.key))", expected: "a map of options", found: entry.value)
            }
        }
    }

    private func readArtifacts(
        _ value: Located?, into pipeline: inout Pipeline, findings: inout Findings
    ) {
        guard let value, !value.isNull else { return }
        guard let entries = value.entries else {
            findings.addWrongType("'artifacts'", expected: "a map of names", found: value)
            return
        }
        for entry in entries {
            let place = "artifact \(quoted(entry.key))"
            let fields = entry.value
            for field in fields.entries ?? [] where !TopLevelReader.artifactKeys.contains(field.key)
            {
                findings.addUnknownKey(field, in: place, allowed: TopLevelReader.artifactKeys)
            }
            guard let written = fields["path"], let text = written.value.string else {
                findings.add(at: entry.keyLocation, "\(place) needs a 'path'")
                continue
            }
            let path = reader.normalise(
                text, "path", at: written.value.location, findings: &findings)
            guard let path else { continue }
            pipeline.artifacts.append(
                Artifact(
                    name: entry.key, path: path, type: fields["type"]?.value.string,
                    description: fields["desc"]?.value.string,
                    labels: (fields["labels"]?.value.list ?? []).compactMap(\.string),
                    location: entry.keyLocation))
        }
    }
}
