import ContentStore
import Pipelines
import StageKit

/// What stages are made from.
extension Session {
    /// Everything that should change the result of `stage`, with deps as `content` has them and
    /// records of earlier runs as `entry` has them.
    func fingerprint(
        of stage: Stage, values: Preflight.Values, entry: (String) -> LockEntry?,
        content: (String) throws -> Content?
    ) throws -> Fingerprint {
        var fingerprint = Fingerprint(
            stage: stage.name, action: stage.action, directory: "", code: nil,
            params: params(values), deps: try inputs(of: stage, content: content),
            outs: stage.outs.map {
                .init(path: $0.path, cache: $0.cache, volatile: $0.volatile, persist: $0.persist)
            },
            environment: stage.environment.map { name in
                .init(name: name, digest: project.environment[name].map { Digest(of: $0) })
            },
            provenance: nil)
        fingerprint.sort()
        if project.layout.format == .dvc {
            fingerprint.command = stage.command
            fingerprint.directory = stage.workingDirectory
            fingerprint.wholeFiles = Set(stage.params.filter { $0.keys == nil }.map(\.file))
            if stage.frozen, let locked = entry(stage.name) {
                fingerprint.params = locked.fingerprint.params
            }
        }
        switch stage.action {
        case .data, .command: fingerprint.directory = stage.workingDirectory
        case .module(let name):
            let module = project.registry.module(named: name)
            fingerprint.code = module?.codeDigest
            if module?.readsProvenance == true {
                fingerprint.provenance = Provenance.digest(
                    provenance(of: stage, entry: entry))
            }
        }
        if stage.frozen, let locked = entry(stage.name) {
            fingerprint.deps = locked.fingerprint.deps
            fingerprint.params = locked.fingerprint.params
        }
        return fingerprint
    }

    private func params(_ values: Preflight.Values) -> [Fingerprint.Param] {
        guard project.layout.format == .dvc else {
            return values.map {
                .init(file: $0.file, key: $0.key, value: Record.text(of: $0.value))
            }
        }
        // DVC records a whole file by its keys at the top, and single keys of it not again.
        let whole = values.filter(\.key.isEmpty)
        let files = Set(whole.map(\.file))
        let single = values.filter { !files.contains($0.file) }
            .map { Fingerprint.Param(file: $0.file, key: $0.key, value: TypedText.text($0.value)) }
        return single
            + whole.flatMap { file, _, value -> [Fingerprint.Param] in
                guard case .map(let map) = value else { return [] }
                return map.map { .init(file: file, key: $0, value: TypedText.text($1)) }
            }
    }

    /// The records of all stages before `stage`, in running order, as the lock has them.
    func provenance(
        of stage: Stage, entry: (String) -> LockEntry?
    ) -> [ProvenanceRecord] {
        project.graph.upstream(of: stage.name).compactMap(entry).map(Provenance.record)
    }

    /// Keeps the lists of the folders that a stage read, so that a later difference can be told by
    /// file; a failure costs no more than that.
    func keepLists(of fingerprint: Fingerprint) {
        // DVC's cache has none of them.
        guard project.layout.format == .native else { return }
        for dep in fingerprint.deps {
            guard let content = dep.content, content.isFolder,
                let manifest = try? workspace.manifest(at: dep.path, of: content)
            else { continue }
            try? objects.keepList(of: manifest, scratch: scratch)
        }
    }
}

extension Fingerprint {
    /// Puts lists into their order, and says once what is named twice.
    mutating func sort() {
        params = Fingerprint.unique(params) { "\($0.file)\n\($0.key)" }
        deps = Fingerprint.unique(deps, \.path)
        outs = Fingerprint.unique(outs, \.path)
        environment = Fingerprint.unique(environment, \.name)
    }

    private static func unique<Element>(
        _ elements: [Element], _ key: (Element) -> String
    ) -> [Element] {
        var seen: Set<String> = []
        return elements.filter { seen.insert(key($0)).inserted }
            .sorted { key($0).utf8.lexicographicallyPrecedes(key($1).utf8) }
    }
}
