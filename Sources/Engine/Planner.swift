import ContentStore
import Pipelines

/// What a run would do, found out without doing it.
public struct Planner: Sendable {
    private let project: Project

    /// Creates a planner.
    public init(project: Project) { self.project = project }

    /// Judges the stages of `request` in order, as far as it can be known before they run.
    ///
    /// With `explaining`, every reason comes with old and new values and places.
    ///
    /// Throws `DefinitionError` when a source dep or a parameter is missing, and `LockError` for a
    /// damaged lock. Nothing of the project is changed.
    public func plan(_ request: RunRequest, explaining: Bool = false) throws -> [PlannedStage] {
        let session = try Session(project)
        let lock = try session.readLock()
        let preflight = try Preflight(
            project, stages: request.stages,
            allowingMissing: { request.allowsMissing ? lock.entries[$0] : nil })
        var forecast = Forecast(lock: lock, graph: project.graph)
        let planned = try request.stages.map { stage in
            try judge(
                stage, values: preflight.values[stage.name] ?? [], request: request,
                session: session, explaining: explaining, forecast: &forecast)
        }
        session.saveStateAside()
        return planned
    }

    private func judge(
        _ stage: Stage, values: Preflight.Values, request: RunRequest, session: Session,
        explaining: Bool, forecast: inout Forecast
    ) throws -> PlannedStage {
        let present = try session.present(stage)
        let locked = forecast.recorded.entries[stage.name]
        let lost = try session.lost(stage, locked)
        func situation(
            _ lock: LockFile, forced: Bool, content: (String) throws -> Content?
        ) throws -> Rebuilder.Situation {
            .init(
                fingerprint: try session.fingerprint(
                    of: stage, values: values, entry: { lock.entries[$0] }, content: content),
                locked: locked, present: present, lost: lost, format: project.layout.format,
                forced: forced, alwaysChanged: stage.runsAlways,
                patterns: stage.deps.compactMap(\.glob))
        }
        let now = try situation(forecast.recorded, forced: false) {
            try session.workspace.glance(at: $0)
        }
        let waiting = forecast.unknown(before: stage)
        let follows = request.forceDownstream && forecast.isChanged(before: stage)
        let force = request.force || follows
        let then = try situation(forecast.lock, forced: force) { path in
            try forecast.content(at: path) { try session.workspace.glance(at: path) }
        }
        let prospect: Prospect
        var run: RunFacts?
        if waiting.isEmpty, request.allowsMissing, !force, !stage.runsAlways,
            try session.isUpToDateButForMissing(
                stage, values: values, present: present, entry: { forecast.lock.entries[$0] },
                content: { path in
                    try forecast.content(at: path) { try session.workspace.content(at: path) }
                })
        {
            prospect = .upToDate
        } else if waiting.isEmpty {
            let verdict = try Rebuilder.verdict(then) {
                try session.restorable(
                    then.fingerprint, locked: locked, present: present,
                    usesRunCache: request.usesRunCache)
            }
            prospect = Prospect(verdict)
            if explaining {
                run = try session.origin(of: verdict, then.fingerprint)
            }
            forecast.add(stage, verdict)
        } else {
            let certain = Rebuilder.reasons(then).filter { reason in
                // What upstream will make is not known, so neither is whether it differs.
                if case .depChanged(let path, _) = reason {
                    return stage.dep(for: path) == nil || !forecast.isOpen(path)
                }
                return reason != .upstreamProvenance
            }
            // Without a run cache only the lock can know the result.
            let isRecorded = certain.allSatisfy(\.isAboutContentOfOuts)
            let runs = force || stage.runsAlways || !request.usesRunCache && !isRecorded
            prospect = runs ? .run(certain) : .undecided(certain, after: waiting)
            forecast.addUnknown(stage)
        }
        forecast.note(stage, prospect)
        var planned = PlannedStage(
            stage: stage.name, changes: Rebuilder.reasons(now), prospect: prospect)
        if explaining {
            let explainer = Explainer(session: session, stage: stage, situation: then)
            planned.explanations = prospect.reasons.map(explainer.explain)
            planned.run = run
        }
        return planned
    }
}

extension Session {
    /// The run whose results a stage has, or is going to get without running.
    fileprivate func origin(of verdict: Verdict, _ fingerprint: Fingerprint) throws -> RunFacts? {
        let trace: Trace? =
            switch verdict {
            case .upToDate: try runCache.trace(of: fingerprint)
            case .restore(let trace, _): trace
            case .run: nil
            }
        // The lock knows of no time.
        return trace.flatMap { $0.facts.started > 0 ? $0.facts : nil }
    }
}

/// What a run would do to one stage.
public struct PlannedStage: Sendable {
    /// The stage's name.
    public var stage: String
    /// What differs between the workspace, as it is now, and the lock.
    public var changes: [RunReason]
    /// What a run would do.
    public var prospect: Prospect
    /// The reasons of the prospect with values and places; only where they were asked for.
    public var explanations: [Explanation] = []
    /// The run that made what is there, or what would be restored; nil where it is not known, or
    /// not asked for.
    public var run: RunFacts?
}

/// What is going to happen to a stage, as far as it can be said.
public enum Prospect: Sendable, Equatable {
    case upToDate
    /// Restored from the run cache.
    case restore([RunReason])
    case run([RunReason])
    /// Depends on what the named stages upstream will give. With reasons it will not stay as it is,
    /// but the run cache may know the result; without, it may turn out to be up to date.
    case undecided([RunReason], after: [String])

    /// Why the stage will not stay as it is, as far as that is certain.
    public var reasons: [RunReason] {
        switch self {
        case .upToDate: []
        case .restore(let reasons), .run(let reasons), .undecided(let reasons, _): reasons
        }
    }

    init(_ verdict: Verdict) {
        switch verdict {
        case .upToDate: self = .upToDate
        case .restore(_, let reasons): self = .restore(reasons)
        case .run(let reasons): self = .run(reasons)
        }
    }
}

/// The project as it will be after the stages judged so far, as far as that is known.
private struct Forecast {
    let recorded: LockFile
    /// With the entries of stages that are going to be restored.
    private(set) var lock: LockFile
    private let graph: Graph
    private var contents: [String: Content] = [:]
    /// Stages that will make their outs anew, or get them as a whole: what is there now says nothing.
    private var open: Set<String> = []
    /// Stages that will certainly run or be restored.
    private var changed: Set<String> = []

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

    mutating func note(_ stage: Stage, _ prospect: Prospect) {
        switch prospect {
        case .upToDate, .undecided([], _): break
        case .run, .restore, .undecided: changed.insert(stage.name)
        }
    }

    /// Whether something directly upstream is certain to run or to be restored.
    func isChanged(before stage: Stage) -> Bool {
        !stage.frozen && graph.parents(of: stage.name).contains(where: changed.contains)
    }

    mutating func addUnknown(_ stage: Stage) { open.insert(stage.name) }

    func content(at path: String, now: () throws -> Content?) rethrows -> Content? {
        try contents[path] ?? now()
    }

    func isOpen(_ path: String) -> Bool { !waiting(for: path).isEmpty }

    /// The stages whose coming results `stage` waits for.
    func unknown(before stage: Stage) -> [String] {
        if stage.frozen { return [] }
        var names: [String] = []
        for name in stage.deps.flatMap({ waiting(for: $0) }) where !names.contains(name) {
            names.append(name)
        }
        return names
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
}
