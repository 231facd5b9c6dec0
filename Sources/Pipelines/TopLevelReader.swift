/// Reads the top-level `params`, `metrics`, `plots`, `artifacts` and `gates`.
struct TopLevelReader {
    let resolver: TemplateResolver
    let folder: String

    static let artifactKeys = ["path", "type", "desc", "labels", "meta"]

    func read(_ root: Located, into pipeline: inout Pipeline, findings: inout Findings) {
        pipeline.paramsFiles = paths(root, "params", findings: &findings)
        pipeline.metrics = paths(root, "metrics", findings: &findings)
        pipeline.plots = PlotReader(paths: reader).plots(
            resolved(root, "plots", findings: &findings), findings: &findings)
        readArtifacts(root["artifacts"]?.value, into: &pipeline, findings: &findings)
        pipeline.gates = GateReader(folder: folder).gates(
            resolved(root, "gates", findings: &findings), findings: &findings)
    }

    private var reader: PathReader { PathReader(place: "the pipeline file", folder: folder) }

    private func resolved(
        _ root: Located, _ key: String, findings: inout Findings
    ) -> Located? {
        root[key].map { resolver.resolve($0.value, findings: &findings) }
    }

    private func paths(_ root: Located, _ key: String, findings: inout Findings) -> [String] {
        let value = resolved(root, key, findings: &findings)
        return reader.list(value, key: key, of: "files", findings: &findings).compactMap { item in
            guard let text = item.string else {
                findings.addWrongType("an entry of \(quoted(key))", expected: "a path", found: item)
                return nil
            }
            return reader.normalise(text, "entry", at: item.location, findings: &findings)
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
            let written = fields["path"].map { resolver.resolve($0.value, findings: &findings) }
            if let written, written.isUnknown { continue }
            guard let written, let text = written.string else {
                findings.add(at: entry.keyLocation, "\(place) needs a 'path'")
                continue
            }
            let path = reader.normalise(
                text, "path", at: written.location, findings: &findings)
            guard let path else { continue }
            let said = Annotations.read(fields.entries ?? [], of: place, findings: &findings)
            pipeline.artifacts.append(
                Artifact(
                    name: entry.key, path: path, type: said.type, description: said.description,
                    labels: said.labels, meta: said.meta, location: entry.keyLocation))
        }
    }
}
