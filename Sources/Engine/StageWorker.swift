import ContentStore
import Pipelines
import StageKit
import Synchronization

/// Brings one stage up to date: judges it, and restores or runs it where it has to.
///
/// Several may be at work at the same time on different stages of one run.
struct StageWorker: Sendable {
    /// How one stage ended.
    struct Report: Sendable {
        var position: Int
        var item: RunSummary.Item
        /// What ends the run; nil for failures that the request passes over.
        var error: (any Error)?
        /// What led here, where the stage was made anew or restored.
        var chain = Chain()
    }

    let session: Session
    let keeper: LockKeeper
    let request: RunRequest
    let preflight: Preflight
    let budget: ThreadBudget
    /// What there is of the machine, nothing of it in use.
    let pool: ResourcePool
    let clock: StageClock
    let beforeChange: OneByOne
    let cancelled: @Sendable () -> Bool

    private var project: Project { session.project }

    func bring(_ assignment: Assignment) async -> Report {
        let stage = request.stages[assignment.position]
        let (clock, listener) = (ContinuousClock(), assignment.listener)
        let start = clock.now
        do {
            return try await report(stage, assignment)
        } catch {
            let duration = start.duration(to: clock.now).inSeconds
            let cause = (error as? RunEnding)?.cause ?? error
            let isEnding = error is RunEnding || request.onFailure == .stop
            var status: Int32?
            if case EngineError.commandFailed(_, _, .code(let code), _) = cause { status = code }
            listener.send(
                cause is CancellationError
                    ? .interrupted(stage: stage.name, duration: duration)
                    : .failed(
                        stage: stage.name, message: "\(cause)", exitStatus: status,
                        duration: duration))
            return Report(
                position: assignment.position, item: .init(stage.name, .failed),
                error: isEnding || cause is CancellationError ? cause : nil)
        }
    }

    private func report(_ stage: Stage, _ assignment: Assignment) async throws -> Report {
        let (forced, listener) = (assignment.isForced, assignment.listener)
        let values = preflight.values[stage.name] ?? []
        let present = try session.present(stage)
        let situation = try situation(of: stage, present, forced: forced) {
            try session.workspace.glance(at: $0)
        }
        let (fingerprint, locked) = (situation.fingerprint, situation.locked)
        if request.allowsMissing, !forced, !stage.runsAlways,
            try session.isUpToDateButForMissing(
                stage, values: values, present: present, entry: keeper.entry,
                content: { try session.workspace.glance(at: $0) })
        {
            listener.send(.skipped(stage: stage.name))
            return Report(position: assignment.position, item: .init(stage.name, .upToDate))
        }
        if let missing = EngineError.missingDep(of: stage, in: fingerprint, project) {
            throw missing
        }
        if let pull = request.pull, !forced, !stage.runsAlways,
            !Rebuilder.reasons(situation).isEmpty
        {
            try await pull.result(of: fingerprint, locked: locked, session)
        }
        let verdict = try Rebuilder.verdict(
            situation,
            restorable: {
                try session.restorable(
                    fingerprint, locked: locked, present: present,
                    usesRunCache: request.usesRunCache)
            })
        if case .upToDate = verdict {
            listener.send(.skipped(stage: stage.name))
            return Report(position: assignment.position, item: .init(stage.name, .upToDate))
        }
        let why = cause(of: verdict.reasons, situation, stage, assignment)
        func report(_ outcome: RunSummary.Outcome, _ trace: Trace) -> Report {
            Report(
                position: assignment.position,
                item: .init(stage.name, outcome, reasons: why.reasons, trace: trace),
                chain: why.chain)
        }
        try RunEnding.wrap { try beforeChange(stage) }
        let commit = Commit(session: session, stage: stage, keepsOuts: request.keepsOuts)
        if case .restore(let trace, _) = verdict, try commit.restore(trace, over: present) {
            try record(trace, commit)
            listener.send(.restored(stage: stage.name, trace: trace, why: why))
            return report(.restored, trace)
        }
        listener.send(.stageStarted(stage: stage.name, why: why))
        if let note = pool.note(about: stage) {
            listener.send(.message(stage: stage.name, text: note))
        }
        let attempts = Attempts(
            session: session, stage: stage, clock: clock, listener: listener, cancelled: cancelled)
        let inputs = try made(stage, fingerprint, values)
        let trace = try await attempts.run { number in
            try await execute(
                stage, fingerprint: inputs, values: values, assignment, commit,
                attempt: number)
        }
        try record(trace, commit)
        if case .module = stage.action { try session.removeCheckpoints(of: stage.name) }
        listener.send(.stageFinished(stage: stage.name, trace: trace))
        return report(.ran, trace)
    }

    /// What is known about a stage, with its deps as `content` has them.
    func situation(
        of stage: Stage, _ present: [String: Content], forced: Bool = false,
        content: (String) throws -> Content?
    ) throws -> Rebuilder.Situation {
        let locked = keeper.entry(of: stage.name)
        return Rebuilder.Situation(
            fingerprint: try session.fingerprint(
                of: stage, values: preflight.values[stage.name] ?? [], entry: keeper.entry,
                content: content),
            locked: locked, present: present, lost: try session.lost(stage, locked),
            format: project.layout.format, forced: forced, alwaysChanged: stage.runsAlways,
            patterns: stage.deps.compactMap(\.glob))
    }

    private func cause(
        of reasons: [RunReason], _ situation: Rebuilder.Situation, _ stage: Stage,
        _ assignment: Assignment
    ) -> Cause {
        let explainer = Explainer(
            session: session, stage: stage, situation: situation, files: preflight.files,
            entry: keeper.entry)
        var chain = Chain()
        if !assignment.changed.isEmpty {
            let makers = reasons.flatMap { project.graph.makers(ofDepIn: $0) }
            let origin =
                assignment.changed.first { makers.contains($0.stage) }
                ?? (reasons == [.forced] ? assignment.changed.first : nil)
            chain = origin.map { $0.chain.appending($0.stage) } ?? Chain()
        }
        return Cause(reasons: reasons, first: reasons.first.map(explainer.explain), chain: chain)
    }

    /// What a stage that runs is made from: a frozen one from what is there and not from what the
    /// lock has.
    private func made(
        _ stage: Stage, _ fingerprint: Fingerprint, _ values: Preflight.Values
    ) throws -> Fingerprint {
        guard stage.frozen else { return fingerprint }
        let present = try session.fingerprint(
            of: stage, values: values, entry: { $0 == stage.name ? nil : keeper.entry(of: $0) }
        ) { try session.workspace.content(at: $0) }
        return present.deps.contains { $0.content == nil } ? fingerprint : present
    }

    private func execute(
        _ stage: Stage, fingerprint: Fingerprint, values: Preflight.Values,
        _ assignment: Assignment, _ commit: Commit, attempt: Int
    ) async throws -> Trace {
        let deadline = Deadline(stage, clock)
        let clock = ContinuousClock()
        let (started, start) = (project.fileSystem.now(), clock.now)
        let threads = budget.take(stage.resources.threads)
        defer { budget.giveBack() }
        session.workspace.mayChange()
        defer { session.workspace.mayChange() }
        var made: [String: String]?
        var stated: [String: String] = [:]
        var evidence = Evidence()
        switch stage.action {
        case .data: try session.requireData(of: stage)
        case .command(let commands):
            let runner = CommandRunner(
                session: session, listener: assignment.listener, cancelled: cancelled)
            try await runner.run(stage, commands: commands, deadline: deadline)
        case .module(let name):
            guard let module = project.registry.module(named: name) else { break }
            let runner = ModuleRunner(
                session: session, threads: threads, listener: assignment.listener,
                cancelled: cancelled)
            let records =
                module.readsProvenance ? session.provenance(of: stage, entry: keeper.entry) : []
            evidence = Evidence(
                code: module.codeFiles, provenance: Evidence.digests(of: records))
            (made, stated) = try await runner.run(
                stage, module: module, deadline: deadline, deps: fingerprint.deps.map(\.path),
                values: values, provenance: records,
                checkpoints: session.checkpoints(
                    of: stage.name, fingerprint: fingerprint, fresh: assignment.isForced))
        }
        if attempt > 1 { stated["attempts"] = "\(attempt)" }
        let facts = RunFacts(
            started: started.inSeconds, duration: start.duration(to: clock.now).inSeconds,
            machine: Machine.name, threads: threads, stated: stated, evidence: evidence)
        try requireUnchanged(stage, fingerprint, values)
        return try commit.take(
            fingerprint: fingerprint, made: made, facts: facts,
            replace: assignment.isForced || !request.usesRunCache)
    }

    /// A result that only the lock knows of is written to it at once.
    private func record(_ trace: Trace, _ commit: Commit) throws {
        if request.keepsOuts { session.keepLists(of: trace.fingerprint) }
        try RunEnding.wrap {
            try keeper.record(
                trace.lockEntry, of: commit.stage.name, atOnce: !commit.keepsTrace)
        }
    }

    /// What was read has to be what the fingerprint says, or the result would be on record under
    /// inputs that it was not made from.
    private func requireUnchanged(
        _ stage: Stage, _ fingerprint: Fingerprint, _ values: Preflight.Values
    ) throws {
        if !stage.frozen {
            for dep in fingerprint.deps
            where try session.workspace.content(at: dep.path) != dep.content {
                throw EngineError.depChangedDuringRun(stage: stage.name, path: dep.path)
            }
            let known = Set(fingerprint.deps.map(\.path))
            for glob in stage.deps.compactMap(\.glob) {
                for path in try project.paths(of: glob) where !known.contains(path) {
                    throw EngineError.depChangedDuringRun(stage: stage.name, path: path)
                }
            }
        }
        // Modules get their parameters from us; commands read the files themselves.
        guard case .command = stage.action, !stage.params.isEmpty else { return }
        var reader = ParamsReader(project: project)
        var now: Preflight.Values?
        // What cannot be read is an error of its own; what is gone or no longer sound has changed.
        do { now = try reader.values(of: stage) } catch is DefinitionError {}
        guard let now, now.map(\.value) == values.map(\.value) else {
            throw EngineError.paramsChangedDuringRun(stage: stage.name)
        }
    }
}

/// Lets a function be called for one stage at a time.
final class OneByOne: Sendable {
    private let body: @Sendable (Stage) throws -> Void
    private let turn = Mutex(())

    init(_ body: @escaping @Sendable (Stage) throws -> Void) { self.body = body }

    func callAsFunction(_ stage: Stage) throws { try turn.withLock { _ in try body(stage) } }
}

/// An error that is not the stage's own, so no request passes over it.
private struct RunEnding: Error {
    var cause: any Error

    static func wrap(_ body: () throws -> Void) throws {
        do { try body() } catch { throw RunEnding(cause: error) }
    }
}

extension RunSummary.Item {
    init(
        _ stage: String, _ outcome: RunSummary.Outcome, reasons: [RunReason] = [],
        trace: Trace? = nil
    ) {
        self.init(stage: stage, outcome: outcome, reasons: reasons, trace: trace)
    }
}

extension Graph {
    /// The stages that make the dep which a reason is about.
    func makers(ofDepIn reason: RunReason) -> [String] {
        guard case .depChanged(let path, _) = reason else { return [] }
        return makers(of: path).map(\.name)
    }
}

extension Stage {
    /// True for stages whose result nothing could tell: they run every time.
    var runsAlways: Bool { alwaysChanged || (deps.isEmpty && outs.isEmpty) }
}
