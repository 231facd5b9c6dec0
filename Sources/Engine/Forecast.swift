import ContentStore
import Pipelines

/// The project as it will be after the stages judged so far, as far as that is known.
struct Forecast {
    /// The lock as it is.
    let recorded: LockFile
    /// With the entries of stages that are going to be restored.
    private(set) var lock: LockFile
    private let graph: Graph
    private var contents: [String: Content] = [:]
    /// Stages that will make their outs anew, or get them as a whole: what is there now says nothing.
    private var open: Set<String> = []
    /// Stages that will certainly run or be restored.
    private var changed: Set<String> = []
    /// What leads to the change of a stage that may change.
    private var chains: [String: Chain] = [:]

    init(lock: LockFile, graph: Graph) {
        recorded = lock
        self.lock = lock
        self.graph = graph
    }

    mutating func add(_ stage: Stage, _ verdict: Verdict) {
        switch verdict {
        case .upToDate: break
        case .run: addUnknown(stage)
        case .restore(let trace, _):
            lock.entries[stage.name] = trace.lockEntry
            open.insert(stage.name)
            for out in trace.outs { contents[out.path] = out.content }
        }
    }

    /// What the outs of `stage` will be is not known.
    mutating func addUnknown(_ stage: Stage) { open.insert(stage.name) }

    mutating func note(_ stage: Stage, _ planned: PlannedStage) {
        switch planned.prospect {
        case .upToDate: return
        case .undecided([], _): break
        case .run, .restore, .undecided: changed.insert(stage.name)
        }
        chains[stage.name] = planned.chain
    }

    /// Whether `stage` may find something else than what is there now.
    func affects(_ stage: Stage) -> Bool {
        guard !open.isEmpty else { return false }
        // Modules may read the records of everything upstream.
        if case .module = stage.action { return true }
        return graph.parents(of: stage.name).contains(where: open.contains)
    }

    /// The stages directly upstream that are certain to run or to be restored.
    func changed(before stage: Stage) -> [String] {
        stage.frozen || changed.isEmpty
            ? [] : graph.parents(of: stage.name).filter(changed.contains)
    }

    func content(at path: String, now: () throws -> Content?) rethrows -> Content? {
        try contents[path] ?? now()
    }

    func isOpen(_ path: String) -> Bool { !waiting(for: path).isEmpty }

    func isOpen(_ dep: Dep) -> Bool { !waiting(for: dep).isEmpty }

    /// The stages whose coming results `stage` waits for.
    func unknown(before stage: Stage) -> [String] {
        if stage.frozen || open.isEmpty { return [] }
        var seen: Set<String> = []
        return stage.deps.flatMap { waiting(for: $0) }.filter { seen.insert($0).inserted }
    }

    /// What a pattern will match is open as long as something that it may match is.
    private func waiting(for dep: Dep) -> [String] {
        guard dep.glob != nil else { return waiting(for: dep.path) }
        return open.isEmpty ? [] : graph.makers(of: dep).map(\.name).filter(open.contains)
    }

    private func waiting(for path: String) -> [String] {
        if open.isEmpty || contents[path] != nil { return [] }
        return graph.makers(of: path).map(\.name).filter(open.contains)
    }

    /// The way of the change that reaches `stage`.
    func chain(to stage: Stage, _ prospect: Prospect, after waiting: [String]) -> Chain {
        if prospect == .upToDate { return Chain() }
        var origin = waiting.first
        if origin == nil {
            let parents = changed(before: stage)
            let makers = Set(prospect.reasons.flatMap { graph.makers(ofDepIn: $0) })
            origin =
                parents.first(where: makers.contains)
                ?? (prospect.reasons == [.forced] ? parents.first : nil)
        }
        guard let origin else { return Chain() }
        return (chains[origin] ?? Chain()).appending(origin)
    }
}
