public import ContentStore
import Pipelines

/// What a run would do, found out without doing it.
public struct Planner: Sendable {
    private let project: Project

    /// Creates a planner.
    public init(project: Project) { self.project = project }

    /// Judges the stages of `request` in order, as far as it can be known before they run.
    ///
    /// With `explaining`, every reason comes with old and new values and places.
    /// `sources` are imports whose source changed, by the stage's name: they are brought anew before
    /// anything runs.
    ///
    /// Throws `DefinitionError` when a source dep or a parameter is missing, and `LockError` for a
    /// damaged lock. Nothing of the project is changed.
    public func plan(
        _ request: RunRequest, explaining: Bool = false, sources: [String: RunReason] = [:]
    ) throws -> [PlannedStage] {
        let session = try Session(project)
        let lock = try session.readLock()
        let preflight = try Preflight(
            project, stages: request.stages,
            allowingMissing: { request.allowsMissing ? lock.entries[$0] : nil })
        var judge = Judge(
            session: session, request: request, explaining: explaining, sources: sources,
            preflight: preflight,
            forecast: Forecast(lock: lock, graph: project.graph),
            knownRuns: KnownRuns(session: session), hasRuns: try session.runCache.isThere)
        try session.workspace.lookForAbsent(among: request.stages.flatMap { $0.outs.map(\.path) })
        let planned = try request.stages.map { try judge.judge($0) }
        session.saveStateAside()
        return planned
    }
}

/// Judges stage after stage, each in the light of those before.
private struct Judge {
    let session: Session
    let request: RunRequest
    let explaining: Bool
    let sources: [String: RunReason]
    let preflight: Preflight
    var forecast: Forecast
    var knownRuns: KnownRuns
    let hasRuns: Bool

    mutating func judge(_ stage: Stage) throws -> PlannedStage {
        let present = try session.present(stage)
        let now = try situation(of: stage, present, lock: forecast.recorded) {
            try session.workspace.glance(at: $0)
        }
        var then = now
        if forecast.affects(stage) {
            then = try situation(of: stage, present, lock: forecast.lock) { path in
                try forecast.content(at: path) { try session.workspace.glance(at: path) }
            }
        }
        let follows = request.forceDownstream && !forecast.changed(before: stage).isEmpty
        then.forced = request.force || follows
        let waiting = forecast.unknown(before: stage)
        var planned = PlannedStage(
            stage: stage.name, changes: Rebuilder.reasons(now), prospect: .upToDate)
        if let change = sources[stage.name] {
            // What will come is not known.
            planned.changes.append(change)
            planned.prospect = .run(planned.changes)
            forecast.addUnknown(stage)
        } else if waiting.isEmpty, try isUpToDateButForMissing(stage, then) {
            planned.prospect = .upToDate
        } else if waiting.isEmpty {
            let verdict = try Rebuilder.verdict(then) {
                try session.restorable(
                    then.fingerprint, locked: then.locked, present: present,
                    usesRunCache: request.usesRunCache && hasRuns)
            }
            planned.prospect = Prospect(verdict)
            if explaining { planned.run = try session.origin(of: verdict, then.fingerprint) }
            forecast.add(stage, verdict)
        } else {
            planned.prospect = try prospect(of: stage, then, after: waiting)
            forecast.addUnknown(stage)
        }
        planned.chain = forecast.chain(to: stage, planned.prospect, after: waiting)
        forecast.note(stage, planned)
        if explaining {
            let explainer = Explainer(
                session: session, stage: stage, situation: then, files: preflight.files,
                entry: { [forecast] in forecast.lock.entries[$0] })
            planned.explanations = planned.prospect.reasons.map(explainer.explain)
        }
        return planned
    }

    /// Whether all that is there is as recorded, where the request does not mind what is missing.
    private func isUpToDateButForMissing(
        _ stage: Stage, _ situation: Rebuilder.Situation
    ) throws -> Bool {
        guard request.allowsMissing, !situation.forced, !stage.runsAlways else { return false }
        return try session.isUpToDateButForMissing(
            stage, values: preflight.values[stage.name] ?? [], present: situation.present,
            entry: { forecast.lock.entries[$0] },
            content: { path in
                try forecast.content(at: path) { try session.workspace.content(at: path) }
            })
    }

    private func situation(
        of stage: Stage, _ present: [String: Content], lock: LockFile,
        content: (String) throws -> Content?
    ) throws -> Rebuilder.Situation {
        let locked = forecast.recorded.entries[stage.name]
        return Rebuilder.Situation(
            fingerprint: try session.fingerprint(
                of: stage, values: preflight.values[stage.name] ?? [],
                entry: { lock.entries[$0] }, content: content),
            locked: locked, present: present, lost: try session.lost(stage, locked),
            format: session.project.layout.format, alwaysChanged: stage.runsAlways,
            patterns: stage.deps.compactMap(\.glob))
    }

    /// What is going to happen to a stage some of whose deps are still to be made.
    private mutating func prospect(
        of stage: Stage, _ situation: Rebuilder.Situation, after waiting: [String]
    ) throws -> Prospect {
        // What upstream will make is not known, so neither is whether it differs.
        let open = { [forecast] path in
            stage.dep(for: path).map {
                forecast.isOpen(path) || $0.glob != nil && forecast.isOpen($0)
            }
                ?? false
        }
        let certain = Rebuilder.reasons(situation).filter { reason in
            if case .depChanged(let path, _) = reason { return !open(path) }
            return reason != .upstreamProvenance
        }
        guard !certain.isEmpty else { return .undecided([], after: waiting) }
        // A reason is enough where no earlier run can turn out to be the one that is needed.
        if situation.forced || situation.alwaysChanged { return .run(certain) }
        guard request.usesRunCache else {
            // Only the lock can know the result.
            return certain.allSatisfy(\.isAboutContentOfOuts)
                ? .undecided(certain, after: waiting) : .run(certain)
        }
        return try knownRuns.mayHave(situation, open: open)
            ? .undecided(certain, after: waiting) : .run(certain)
    }
}

extension Session {
    /// The run whose results a stage has, or is going to get without running.
    fileprivate func origin(
        of verdict: Verdict, _ fingerprint: Fingerprint
    ) throws -> PlannedStage.Origin? {
        let trace: Trace? =
            switch verdict {
            case .upToDate: try runCache.trace(of: fingerprint)
            case .restore(let trace, _): trace
            case .run: nil
            }
        // The lock knows of no time.
        guard let trace, trace.facts.started > 0 else { return nil }
        return PlannedStage.Origin(fingerprint: fingerprint.digest, facts: trace.facts)
    }
}

/// What a run would do to one stage.
public struct PlannedStage: Sendable {
    /// An earlier run of a stage.
    public struct Origin: Sendable, Equatable {
        /// The digest of what it was made from, under which the history knows it.
        public var fingerprint: Digest
        /// When, where and how long.
        public var facts: RunFacts
    }

    /// The stage's name.
    public var stage: String
    /// What differs between the workspace, as it is now, and the lock.
    public var changes: [RunReason]
    /// What a run would do.
    public var prospect: Prospect
    /// The stages whose change leads to this one's; empty where it begins here, or where nothing
    /// changes.
    public var chain = Chain()
    /// The reasons of the prospect with values and places; only where they were asked for.
    public var explanations: [Explanation] = []
    /// The run that made what is there, or what would be restored; nil where it is not known, or
    /// not asked for.
    public var run: Origin?
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
