import ContentStore
public import Pipelines

/// Takes what is in the workspace for the results of stages, without running anything.
public struct AcceptPresent: Sendable {
    /// What became of a stage.
    public enum Outcome: String, Sendable {
        /// Lock and cache have what is there.
        case committed
        /// They had it already.
        case unchanged
        /// It differs from the lock, and that was not wanted.
        case refused
    }

    private let project: Project

    /// Creates it for a project.
    public init(project: Project) { self.project = project }

    /// Puts the outs of `stages` into the cache and what they were made from into the lock.
    ///
    /// - Parameters:
    ///   - stages: upstream first.
    ///   - confirm: asked about every stage that differs from the lock; false leaves it alone.
    /// - Throws: `EngineError` for deps and outs that are not there, and for a project in use;
    ///   `LockError` for a damaged lock; `DefinitionError` for missing parameters.
    public func run(
        _ stages: [Stage], confirm: (Stage, [RunReason]) -> Bool
    ) throws -> [(stage: String, outcome: Outcome)] {
        let session = try Session(project)
        let held = try session.hold()
        defer {
            session.saveState(temporary: session.scratch.next())
            withExtendedLifetime(held) {}
        }
        let keeper = LockKeeper(session, try session.readLocks())
        let preflight = try Preflight(project, stages: stages)
        var outcomes: [(stage: String, outcome: Outcome)] = []
        do {
            for stage in stages {
                let outcome = try accept(
                    stage, values: preflight.values[stage.name] ?? [], session, keeper, confirm)
                outcomes.append((stage.name, outcome))
            }
        } catch {
            try? keeper.flush()
            throw error
        }
        try keeper.flush()
        return outcomes
    }

    private func accept(
        _ stage: Stage, values: Preflight.Values, _ session: Session, _ keeper: LockKeeper,
        _ confirm: (Stage, [RunReason]) -> Bool
    ) throws -> Outcome {
        let fingerprint = try session.fingerprint(
            of: stage, values: values, entry: keeper.entry
        ) { try session.workspace.content(at: $0) }
        if let missing = EngineError.missingDep(of: stage, in: fingerprint, project) {
            throw missing
        }
        let present = try session.present(stage)
        if let out = stage.outs.first(where: { present[$0.path] == nil }) {
            throw EngineError.outAbsent(
                stage: stage.name, path: out.path, location: out.location)
        }
        let locked = keeper.entry(of: stage.name)
        let reasons = Rebuilder.reasons(
            .init(
                fingerprint: fingerprint, locked: locked, present: present,
                format: project.layout.format, patterns: stage.deps.compactMap(\.glob)))
        guard reasons.isEmpty || confirm(stage, reasons) else { return .refused }
        let commit = Commit(session: session, stage: stage)
        let known = try session.runCache.trace(of: fingerprint)
        let isKnown = known.map { trace in
            trace.outs.allSatisfy { $0.content == present[$0.path] }
        }
        let isKept = try stage.outs.allSatisfy { out in
            guard out.cache || out.kind != .artifact else { return true }
            return try present[out.path].map(session.objects.contains) ?? false
        }
        if reasons.isEmpty, isKept, isKnown == true || !commit.keepsTrace { return .unchanged }
        let facts = RunFacts(
            started: project.fileSystem.now().inSeconds, duration: 0, machine: Machine.name,
            threads: 0)
        let trace = try commit.take(
            fingerprint: fingerprint, made: nil, facts: facts, replace: isKnown == false)
        try keeper.record(trace.lockEntry, of: stage.name, atOnce: !commit.keepsTrace)
        return .committed
    }
}
