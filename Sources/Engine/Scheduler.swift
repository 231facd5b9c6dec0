import ContentStore
public import Pipelines

/// Brings stages up to date, upstream first, one after the other or side by side.
public struct Scheduler: Sendable {
    private let project: Project
    private let threads: Int
    private let listener: @Sendable (RunEvent) -> Void
    private let watcher: @Sendable (RunEvent) -> Void
    private let beforeChange: @Sendable (Stage) throws -> Void
    private let cancelled: @Sendable () -> Bool
    private let memory: Int
    private let clock: StageClock

    /// Creates a scheduler.
    ///
    /// - Parameters:
    ///   - project: what to work on.
    ///   - threads: how many threads stages may keep busy together; results do not depend on it.
    ///   - memory: how many bytes stages may state together; without a limit unless given.
    ///   - listener: gets the events one at a time, in the order of the stages: a stage that runs
    ///     beside an earlier one is heard when that has ended.
    ///   - watcher: gets the same events when they happen, for showing what is under way.
    ///   - beforeChange: called before the outs of a stage are made or restored, for one stage at a
    ///     time; what it throws ends the run. Stages that are up to date never get there.
    ///   - clock: what timeouts and pauses before retries are measured by.
    ///   - cancelled: true once the user has asked to stop; it is asked often.
    public init(
        project: Project, threads: Int, memory: Int = .max,
        clock: StageClock = .system, listener: @escaping @Sendable (RunEvent) -> Void = { _ in },
        watcher: @escaping @Sendable (RunEvent) -> Void = { _ in },
        beforeChange: @escaping @Sendable (Stage) throws -> Void = { _ in },
        cancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.project = project
        self.threads = threads
        self.memory = memory
        self.clock = clock
        self.listener = listener
        self.watcher = watcher
        self.beforeChange = beforeChange
        self.cancelled = cancelled
    }

    /// Judges and runs the stages of `request`; what finished is on record however the run ends.
    ///
    /// Throws `DefinitionError` for a missing source dep or parameter before anything runs,
    /// `LockError` for a damaged lock, `EngineError` for a project that is in use, and
    /// `CancellationError` after an orderly stop. A stage that failed is thrown too, the first in
    /// the order of the request, unless the request goes on after failures: then the summary says.
    public func run(_ request: RunRequest) async throws -> RunSummary {
        let session = try Session(project)
        let held = try await session.acquire(wait: request.wait, cancelled: cancelled)
        defer {
            session.saveState(temporary: session.scratch.next())
            withExtendedLifetime(held) {}
        }
        try request.pull?.require()
        let keeper = LockKeeper(session, try session.readLocks())
        let order = EventOrder(listener: listener, watcher: watcher)
        let worker = StageWorker(
            session: session, keeper: keeper, request: request,
            preflight: try Preflight(
                project, stages: request.stages,
                allowingMissing: { request.allowsMissing ? keeper.entry(of: $0) : nil }
            ),
            budget: ThreadBudget(threads), pool: ResourcePool(threads: threads, memory: memory),
            clock: clock, beforeChange: OneByOne(beforeChange), cancelled: cancelled)
        let ended = await work(worker, order)
        order.finish()
        if let error = ended.error {
            // The error that ended the run is the one to tell of.
            try? keeper.flush()
            throw error
        }
        try keeper.flush()
        try session.removeCheckpoints(
            ofDone: ended.items.filter { $0.outcome != .failed && $0.outcome != .notRun }.map(
                \.stage))
        return RunSummary(items: ended.items, lockDigest: try session.lockDigest())
    }

    /// Starts whatever may start, as far as there are jobs, until nothing is left or nothing may.
    private func work(
        _ worker: StageWorker, _ order: EventOrder
    ) async -> (items: [RunSummary.Item], error: (any Error)?) {
        let request = worker.request
        var board = RunBoard(request.stages, graph: project.graph)
        var items = [RunSummary.Item?](repeating: nil, count: request.stages.count)
        var errors: [Int: any Error] = [:]
        var chains: [String: Chain] = [:]
        var stopped = false
        var pool = worker.pool
        let needs = request.stages.map { pool.needs(of: $0, byResources: request.jobs == nil) }
        func take(_ report: StageWorker.Report) {
            items[report.position] = report.item
            if let error = report.error { errors[report.position] = error }
            chains[report.item.stage] = report.chain
            board.end(report.position, report.item.outcome)
            order.end(report.position)
        }
        /// The next stage that is to be looked at; those that cannot be are passed over.
        func next() -> Assignment? {
            while !stopped, errors.isEmpty, let position = board.next({ pool.fits(needs[$0]) }) {
                stopped = cancelled()
                if stopped { return nil }
                let listener = Listener(order: order, position: position)
                let broken = request.onFailure == .ignore ? [] : board.broken(before: position)
                guard !broken.isEmpty else {
                    pool.take(needs[position])
                    let changed = board.changed(before: position)
                    let follows = request.forceDownstream && !changed.isEmpty
                    return Assignment(
                        position: position, isForced: request.force || follows,
                        changed: changed.map { ($0, chains[$0] ?? Chain()) }, listener: listener)
                }
                let name = request.stages[position].name
                listener.send(.notRun(stage: name, after: broken))
                take(.init(position: position, item: .init(name, .notRun)))
            }
            return nil
        }
        /// A stage that was started has ended.
        func finish(_ report: StageWorker.Report) {
            pool.giveBack(needs[report.position])
            take(report)
        }
        let jobs = request.jobs ?? threads
        if jobs <= 1 {
            while let assignment = next() { finish(await worker.bring(assignment)) }
        } else {
            var lanes = request.stages.prefix(jobs).map { _ in Lane() }
            await withTaskGroup(of: (StageWorker.Report, Lane).self) { group in
                while true {
                    while let lane = lanes.last, let assignment = next() {
                        if let report = worker.unchanged(assignment) {
                            finish(report)
                            continue
                        }
                        lanes.removeLast()
                        group.addTask(executorPreference: lane) {
                            (await worker.bring(assignment), lane)
                        }
                    }
                    guard let (report, lane) = await group.next() else { break }
                    lanes.append(lane)
                    finish(report)
                }
            }
        }
        let first = errors.min { $0.key < $1.key }?.value
        return (items.compactMap { $0 }, first ?? (stopped ? CancellationError() : nil))
    }
}

/// A stage to bring up to date.
struct Assignment {
    /// Its place in the request.
    var position: Int
    /// Run it even if it is up to date, and without the run cache.
    var isForced: Bool
    /// The stages directly upstream that were made anew or restored, and what led to that.
    var changed: [(stage: String, chain: Chain)] = []
    var listener: Listener
}
