/// What a graph must not have, found before it is built.
struct GraphChecks {
    let pipeline: Pipeline
    let index: OutIndex
    var findings = Findings()

    init(_ pipeline: Pipeline, _ index: OutIndex) {
        self.pipeline = pipeline
        self.index = index
        for (file, text) in pipeline.texts { findings.register(text, file: file) }
    }

    mutating func checkNames() {
        var first: [String: SourceLocation] = [:]
        for stage in pipeline.stages {
            guard let earlier = first.updateValue(stage.location, forKey: stage.name) else {
                continue
            }
            findings.add(
                at: stage.location, "two stages are called \(quoted(stage.name))",
                facts: [.init("first", "\(earlier)")])
        }
    }

    mutating func checkOuts() {
        for (position, stage) in pipeline.stages.enumerated() {
            for (number, out) in stage.outs.enumerated() {
                if let first = index.first(at: out.path), first != (position, number) {
                    let other = pipeline.stages[first.stage]
                    addShared(out, stage, (other, other.outs[first.number]))
                }
                if let around = index.entry(around: out.path) {
                    addOverlap(out, stage, around)
                }
            }
            checkOwnDeps(stage)
        }
        checkReservedFiles()
    }

    private mutating func checkReservedFiles() {
        for (file, what) in reservedFiles() {
            guard let entry = index.entry(at: file) ?? index.entry(around: file) else { continue }
            let (out, stage) = (entry.out, pipeline.stages[entry.stage])
            findings.add(
                at: out.location,
                "out \(quoted(out.path)) of stage \(quoted(stage.name)) would overwrite \(what)",
                facts: file == out.path ? [] : [.init("contains", quoted(file))])
        }
    }

    mutating func addCycle(_ cycle: [Int]) {
        guard let smallest = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return }
        let turned = Array(cycle[smallest...] + cycle[..<smallest])
        let names = turned.map { pipeline.stages[$0].name }
        let shown = names.count > 12 ? names.prefix(11) + ["…"] : names[...]
        let path = (shown + [names[0]]).joined(separator: " -> ")
        let reads = turned.indices.prefix(12).compactMap { position -> String? in
            let reader = pipeline.stages[turned[(position + 1) % turned.count]]
            let dep = reader.deps.first { dep in
                index.makers(of: dep).contains { $0.stage == turned[position] }
            }
            return dep.map {
                "\($0.location): \(quoted(reader.name)) reads \(quoted($0.path)),"
                    + " made by \(quoted(names[position]))"
            }
        }
        findings.add(
            at: pipeline.stages[turned[0]].location, "the stages depend on each other: \(path)",
            facts: [.init("because", reads.joined(separator: "\n"))],
            hint: "break the circle: remove one of these deps, or split a stage")
    }

    private mutating func addShared(_ out: Out, _ stage: Stage, _ other: (stage: Stage, out: Out)) {
        let sameStage = other.stage.name == stage.name
        findings.add(
            at: out.location,
            sameStage
                ? "stage \(quoted(stage.name)) lists out \(quoted(out.path)) twice"
                : "out \(quoted(out.path)) is made by two stages",
            facts: sameStage
                ? [.init("first", "\(other.out.location)")]
                : [
                    .init("first", "\(quoted(other.stage.name)), \(other.out.location)"),
                    .init("second", "\(quoted(stage.name))"),
                ],
            hint: sameStage ? nil : "every path has one maker: give one of the two another path")
    }

    private mutating func addOverlap(_ out: Out, _ stage: Stage, _ around: OutIndex.Entry) {
        findings.add(
            at: out.location,
            "out \(quoted(out.path)) of stage \(quoted(stage.name)) is inside another out",
            facts: [
                .init(
                    "inside",
                    "\(quoted(around.out.path)) of \(quoted(pipeline.stages[around.stage].name)), "
                        + "\(around.out.location)")
            ], hint: "list only the folder, or only what is in it")
    }

    private mutating func checkOwnDeps(_ stage: Stage) {
        for dep in stage.deps {
            guard
                let own = stage.outs.first(where: { out in
                    if let glob = dep.glob { return glob.reaches(out.path) }
                    return out.path == dep.path || out.path.hasPrefix(dep.path + "/")
                        || dep.path.hasPrefix(out.path + "/")
                })
            else { continue }
            findings.add(
                at: dep.location,
                "stage \(quoted(stage.name)) reads \(quoted(dep.path)), which it makes itself",
                facts: [.init("out", "\(quoted(own.path)), \(own.location)")])
        }
    }

    private func reservedFiles() -> [(file: String, what: String)] {
        let folder = PathRules.folder(of: pipeline.file)
        let name = pipeline.file.hasSuffix("dvc.yaml") ? "dvc.lock" : Pipeline.lockFile
        let lock = (folder.isEmpty ? "" : folder + "/") + name
        var seen = Set(pipeline.files + [lock])
        let params = (pipeline.templateFiles + pipeline.allParamsFiles).filter {
            seen.insert($0).inserted
        }
        return pipeline.files.map { ($0, "the pipeline file") } + [(lock, "the lock file")]
            + params.map { ($0, "the parameters file") }
    }
}
