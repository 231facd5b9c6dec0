import Pipelines

/// The time that limits of stages are measured by; tests bring one of their own.
public struct StageClock: Sendable {
    /// The time since some moment; it never goes back.
    public var now: @Sendable () -> Duration
    /// Waits; it may return early, and does so soon after the user asked to stop.
    public var pause: @Sendable (Duration) async throws -> Void

    /// Creates a clock.
    public init(
        now: @escaping @Sendable () -> Duration,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.pause = pause
    }

    /// The system's monotonic clock.
    public static var system: StageClock {
        let start = ContinuousClock.now
        return StageClock(
            now: { start.duration(to: .now) },
            // Short steps, so that whoever waits can look whether it still has to.
            pause: { try await Task.sleep(for: min($0, .milliseconds(50))) })
    }

    /// Waits until `span` has passed; throws `CancellationError` once `cancelled` says so.
    func wait(_ span: Duration, cancelled: @Sendable () -> Bool) async throws {
        let end = now() + span
        while true {
            if cancelled() { throw CancellationError() }
            let rest = end - now()
            guard rest > .zero else { return }
            try await pause(rest)
        }
    }
}

/// How long one attempt of a stage has taken, and may take.
struct Deadline: Sendable {
    let stage: String
    let limit: Duration?
    let clock: StageClock
    let start: Duration

    init(_ stage: Stage, _ clock: StageClock) {
        self.stage = stage.name
        limit = stage.timeout
        self.clock = clock
        start = clock.now()
    }

    var isOver: Bool { limit.map { clock.now() - start >= $0 } ?? false }

    func error(log: String?) -> EngineError {
        .timedOut(stage: stage, limit: limit ?? .zero, elapsed: clock.now() - start, log: log)
    }
}
