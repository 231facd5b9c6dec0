import ContentStore
public import Pipelines
import StageKit

/// Brings stages up to date, one after the other, upstream first.
public struct Scheduler: Sendable {
    private let project: Project
    private let threads: Int
    private let listener: Listener
    private let beforeChange: @Sendable (Stage) throws -> Void
    private let cancelled: @Sendable () -> Bool

    /// Creates a scheduler.
    ///
    /// - Parameters:
    ///   - project: what to work on.
    ///   - threads: how many threads a stage may keep busy; results do not depend on it.
    ///   - listener: gets every event as it happens, one at a time.
    ///   - beforeChange: called before the outs of a stage are made or restored; what it throws ends
    ///     the run. Stages that are up to date never get there.
    ///   - cancelled: true once the user has asked to stop; it is asked often.
    public init(
        project: Project, threads: Int, listener: @escaping @Sendable (RunEvent) -> Void = { _ in },
        beforeChange: @escaping @Sendable (Stage) throws -> Void = { _ in },
        cancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.project = project
        self.threads = threads
        self.listener = Listener(listener)
        self.beforeChange = beforeChange
        self.cancelled = cancelled
    }

    /// Judges and runs the stages of `request`; every finished stage is on record before the next.
    ///
    /// Throws `DefinitionError` for a missing source dep or parameter before anything runs,
    /// `LockError` for a damaged lock, `EngineError` for a stage that failed and for a project that
    /// is in use, and `CancellationError` after an orderly stop.
    public func run(_ request: RunRequest) async throws -> RunSummary {
        let session = try Session(project)
        let held = try await session.acquire(wait: request.wait, cancelled: cancelled)
        defer {
            session.saveState(temporary: session.scratch.next())
            withExtendedLifetime(held) {}
        }
        var lock = try session.readLock()
        let preflight = try Preflight(project, stages: request.stages)
        var summary = RunSummary()
        for stage in request.stages {
            if cancelled() { throw CancellationError() }
            let values = preflight.values[stage.name] ?? []
            do {
                let item = try await bring(
                    stage, values: values, force: request.force, session: session, lock: &lock)
                summary.items.append(item)
            } catch let error as CancellationError {
                throw error
            } catch {
                listener.send(.failed(stage: stage.name, message: "\(error)"))
                throw error
            }
        }
        summary.lockDigest = try session.lockDigest()
        return summary
    }

    private func bring(
        _ stage: Stage, values: Preflight.Values, force: Bool, session: Session,
        lock: inout LockFile
    ) async throws -> RunSummary.Item {
        let fingerprint = try session.fingerprint(of: stage, values: values, lock: lock) {
            try session.workspace.content(at: $0)
        }
        try requireDeps(of: stage, in: fingerprint)
        let present = try session.present(stage)
        let locked = lock.entries[stage.name]
        let verdict = try Rebuilder.verdict(
            .init(
                fingerprint: fingerprint, locked: locked, present: present, forced: force,
                alwaysChanged: stage.runsAlways),
            restorable: {
                try session.restorable(fingerprint, locked: locked, present: present)
            })
        if case .upToDate = verdict {
            listener.send(.skipped(stage: stage.name))
            return .init(stage: stage.name, outcome: .upToDate, reasons: [], trace: nil)
        }
        try beforeChange(stage)
        let commit = Commit(session: session, stage: stage)
        if case .restore(let trace, let reasons) = verdict, try commit.restore(trace, over: present)
        {
            try commit.record(trace, in: &lock)
            listener.send(.restored(stage: stage.name, trace: trace, reasons: reasons))
            return .init(stage: stage.name, outcome: .restored, reasons: reasons, trace: trace)
        }
        listener.send(.stageStarted(stage: stage.name, reasons: verdict.reasons))
        let trace = try await execute(
            stage, fingerprint: fingerprint, values: values, force: force, commit: commit,
            lock: lock)
        try commit.record(trace, in: &lock)
        if case .module = stage.action { try session.removeCheckpoints(of: stage.name) }
        listener.send(.stageFinished(stage: stage.name, trace: trace))
        return .init(
            stage: stage.name, outcome: .ran, reasons: verdict.reasons, trace: trace)
    }

    private func execute(
        _ stage: Stage, fingerprint: Fingerprint, values: Preflight.Values, force: Bool,
        commit: Commit, lock: LockFile
    ) async throws -> Trace {
        let session = commit.session
        let clock = ContinuousClock()
        let (started, start) = (project.fileSystem.now(), clock.now)
        var made: [String: String]?
        var stated: [String: String] = [:]
        switch stage.action {
        case .command(let commands):
            let runner = CommandRunner(session: session, listener: listener, cancelled: cancelled)
            try await runner.run(stage, commands: commands)
        case .module(let name):
            guard let module = project.registry.module(named: name) else { break }
            let runner = ModuleRunner(
                session: session, threads: threads, listener: listener, cancelled: cancelled)
            (made, stated) = try await runner.run(
                stage, module: module, values: values,
                provenance: module.readsProvenance
                    ? session.provenance(of: stage, lock: lock) : [],
                checkpoints: session.checkpoints(
                    of: stage.name, fingerprint: fingerprint, fresh: force))
        }
        let facts = RunFacts(
            started: started.inSeconds, duration: start.duration(to: clock.now).inSeconds,
            machine: Machine.name, threads: threads, stated: stated)
        try requireUnchanged(stage, fingerprint, values, session: session)
        return try commit.take(
            fingerprint: fingerprint, made: made, facts: facts, replace: force)
    }

    private func requireDeps(of stage: Stage, in fingerprint: Fingerprint) throws {
        let missing = Set(fingerprint.deps.filter { $0.content == nil }.map(\.path))
        guard let dep = stage.deps.first(where: { missing.contains($0.path) }) else { return }
        throw EngineError.depMissing(
            stage: stage.name, path: dep.path, location: dep.location,
            maker: project.graph.maker(of: dep.path)?.name)
    }

    /// What was read has to be what the fingerprint says, or the result would be on record under
    /// inputs that it was not made from.
    private func requireUnchanged(
        _ stage: Stage, _ fingerprint: Fingerprint, _ values: Preflight.Values, session: Session
    ) throws {
        if !stage.frozen {
            for dep in fingerprint.deps
            where try session.workspace.content(at: dep.path) != dep.content {
                throw EngineError.depChangedDuringRun(stage: stage.name, path: dep.path)
            }
        }
        // Modules get their parameters from us; commands read the files themselves.
        guard case .command = stage.action, !stage.params.isEmpty else { return }
        var reader = ParamsReader(project: project)
        let now = try? reader.values(of: stage)
        guard let now, now.map(\.value) == values.map(\.value) else {
            throw EngineError.paramsChangedDuringRun(stage: stage.name)
        }
    }
}

extension Stage {
    /// True for stages whose result nothing could tell: they run every time.
    var runsAlways: Bool { alwaysChanged || (deps.isEmpty && outs.isEmpty) }
}
