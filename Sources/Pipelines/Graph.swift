/// Which stage makes and which stages read every path of a pipeline; always without cycles.
public struct Graph: Sendable {
    /// The pipeline that the graph was built from.
    public let pipeline: Pipeline
    /// Deps that no stage makes, in file order: they have to exist before anything runs.
    ///
    /// Deps of frozen stages are left out; they are not checked.
    public let sources: [Dep]

    private let positions: [String: Int]
    private let index: OutIndex
    private let edges: Edges

    /// Builds the graph.
    ///
    /// Throws `DefinitionError` for cycles, for outs of two stages, overlapping outs, an out that
    /// the same stage reads, and outs that would hit the pipeline, parameters or lock file.
    public init(_ pipeline: Pipeline) throws {
        let stages = pipeline.stages
        index = OutIndex(stages)
        var checks = GraphChecks(pipeline, index)
        checks.checkNames()
        checks.checkOuts()
        try checks.findings.throwIfAny()
        edges = Edges(stages, index)
        for cycle in edges.cycles() { checks.addCycle(cycle) }
        try checks.findings.throwIfAny()
        self.pipeline = pipeline
        positions = Dictionary(
            stages.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let index = index
        sources = stages.filter { !$0.frozen }.flatMap(\.deps)
            .filter { index.makers(of: $0).isEmpty }
    }

    /// The stage called `name`; nil if there is none.
    public func stage(named name: String) -> Stage? {
        positions[name].map { pipeline.stages[$0] }
    }

    /// The names of the stages whose outs `stage` reads directly, in file order; also for frozen
    /// stages.
    public func parents(of stage: String) -> [String] {
        names(positions[stage].map { edges.parents[$0] } ?? [])
    }

    /// The names of the stages that read outs of `stage` directly, in file order; also frozen ones.
    public func children(of stage: String) -> [String] {
        names(positions[stage].map { edges.children[$0] } ?? [])
    }

    /// The names of all stages before `stage`, in running order; a frozen stage has none.
    public func upstream(of stage: String) -> [String] {
        guard let position = positions[stage] else { return [] }
        return names(edges.active.postOrder(from: [position]).filter { $0 != position })
    }

    /// The names of all stages that come after `stage`, in running order; not past frozen ones.
    public func downstream(of stage: String) -> [String] {
        guard let position = positions[stage] else { return [] }
        let active = edges.active
        let after = active.reachable(from: [position]).subtracting([position])
        return names(active.postOrder(from: pipeline.stages.indices).filter(after.contains))
    }

    /// The stage that makes `path`: one of its outs is the path, or a folder that holds it.
    public func maker(of path: String) -> Stage? {
        (index.entry(at: path) ?? index.entry(around: path)).map { pipeline.stages[$0.stage] }
    }

    /// All stages, each after those that it reads from.
    var runningOrder: [Stage] {
        edges.postOrder(from: pipeline.stages.indices).map { pipeline.stages[$0] }
    }

    /// The outs that a stage reads, whole or in part.
    func outs(readBy stage: Stage) -> [String] {
        stage.deps.flatMap { dep in index.makers(of: dep).map(\.out.path) }
    }

    /// The stages that make `path`, a folder that holds it, or something inside it, in file order.
    public func makers(of path: String) -> [Stage] {
        Set(index.makers(of: path).map(\.stage)).sorted().map { pipeline.stages[$0] }
    }

    /// The stages that make what `dep` reads, or may make it where that is a pattern, in file order.
    public func makers(of dep: Dep) -> [Stage] {
        Set(index.makers(of: dep).map(\.stage)).sorted().map { pipeline.stages[$0] }
    }

    /// The stages to bring up to date, in running order: post-order depth-first from each target,
    /// file order among equals.
    ///
    /// - Parameters:
    ///   - targets: names of stages or groups, `dir/pipeline.yml:name` or `:name`, paths of outs, or
    ///     pipeline files; none means all stages.
    ///   - single: only the targets, nothing upstream.
    ///   - downstream: the targets and what comes after them, instead of what comes before.
    ///   - folder: what targets are relative to; "" is the root.
    /// - Throws: `DefinitionError` for a target that is neither a stage nor an out.
    public func order(
        targets: [String] = [], single: Bool = false, downstream: Bool = false, folder: String = ""
    ) throws -> [Stage] {
        let active = edges.active
        guard !targets.isEmpty else {
            return active.postOrder(from: pipeline.stages.indices).map { pipeline.stages[$0] }
        }
        let wanted = try targets.flatMap { try resolve($0, folder) }
        if single || downstream {
            let chosen = single ? Set(wanted) : active.reachable(from: wanted)
            return active.postOrder(from: pipeline.stages.indices).filter(chosen.contains)
                .map { pipeline.stages[$0] }
        }
        return active.postOrder(from: wanted).map { pipeline.stages[$0] }
    }

    /// The pipeline file of `folder`, or of the nearest folder around it; nil without one.
    public func pipelineFile(around folder: String) -> String? {
        pipeline.files.filter { file in
            let place = PathRules.folder(of: file)
            return place.isEmpty || folder == place || folder.hasPrefix(place + "/")
        }.max { $0.utf8.count < $1.utf8.count }
    }

    /// The pipeline files in and below the folder `path`, given in `folder`, and those of tracked
    /// data; none where it leads out.
    public func files(below path: String, folder: String = "") -> [String] {
        guard let top = try? PathRules.normalise(path, in: folder, allowingRoot: true) else {
            return []
        }
        let data = pipeline.stages.filter { $0.action == .data }.map(\.name)
        return (pipeline.files + data).filter { top.isEmpty || $0.hasPrefix(top + "/") }
    }

    /// The name of the stage or group that `target`, given in `folder`, is the address of; nil if it
    /// is none.
    public func name(at target: String, folder: String = "") -> String? {
        names(at: target, folder: folder).first {
            positions[$0] != nil || pipeline.groups[$0] != nil
        }
    }

    private func names(at target: String, folder: String) -> [String] {
        let addresses = StageAddress.candidates(target, folder: folder, files: pipeline.files)
        return addresses.map { $0.text(in: pipeline.file) } + [target]
    }

    /// The positions of the stages that a target names.
    private func resolve(_ target: String, _ folder: String) throws -> [Int] {
        for name in names(at: target, folder: folder) {
            if let position = positions[name] { return [position] }
            if let group = pipeline.groups[name] { return group.compactMap { positions[$0] } }
        }
        if let path = try? PathRules.normalise(target, in: folder) {
            let makers = Set(index.makers(of: path).map(\.stage)).sorted()
            if !makers.isEmpty { return makers }
            if let position = positions[path] { return [position] }
            if pipeline.files.contains(path) {
                return pipeline.stages.indices.filter {
                    pipeline.stages[$0].location.file == path
                }
            }
        }
        let names = pipeline.stages.map(\.name) + pipeline.groups.keys
        let outs = pipeline.stages.flatMap { $0.outs.map(\.path) }
        let stages = names.isEmpty ? "none" : names.prefix(20).joined(separator: ", ")
        throw DefinitionError(diagnostics: [
            Diagnostic(
                at: .nowhere, "\(quoted(target)) is neither a stage nor an out",
                facts: [.init("stages", names.count > 20 ? stages + ", …" : stages)],
                hint: Suggestion.hint(for: target, among: names + outs))
        ])
    }

    private func names(_ positions: [Int]) -> [String] {
        positions.map { pipeline.stages[$0].name }
    }
}
