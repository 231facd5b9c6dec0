/// What a stage needs of the machine while it runs (`resources`); nil where nothing is said.
public struct Resources: Sendable, Equatable {
    /// How many threads it keeps busy, at least 1.
    public var threads: Int?
    /// How many bytes of memory it needs at its peak.
    public var memory: Int?

    /// Creates needs.
    public init(threads: Int? = nil, memory: Int? = nil) {
        self.threads = threads
        self.memory = memory
    }
}

/// What happens after a failure of a stage (`retries`).
public struct Retries: Sendable, Equatable {
    /// The longest pause between two tries, whatever the factor.
    public static let longestDelay = Duration.seconds(24 * 60 * 60)

    /// How often the stage is tried again after its first failure; 0 is never.
    public var attempts: Int
    /// The pause before the first of them.
    public var delay: Duration
    /// What every further pause is multiplied by, at least 1.
    public var backoff: Double

    /// Creates a rule; by default a stage that fails has failed.
    public init(attempts: Int = 0, delay: Duration = .seconds(1), backoff: Double = 2) {
        self.attempts = attempts
        self.delay = delay
        self.backoff = backoff
    }

    /// The pause before attempt `number`, counted from 1: `delay`, then `backoff` times as long each.
    public func delay(before number: Int) -> Duration {
        var pause = delay
        for _ in 1..<max(1, number) where pause < Retries.longestDelay { pause = pause * backoff }
        return min(pause, Retries.longestDelay)
    }
}
