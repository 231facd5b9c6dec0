public import ContentStore

/// What one path was after a stage ran.
public struct RecordedOut: Sendable, Equatable {
    /// Relative to the project's root.
    public var path: String
    /// nil where only the declaration is kept: volatile outs in the lock.
    public var content: Content?

    /// Creates a record.
    public init(path: String, content: Content?) {
        self.path = path
        self.content = content
    }
}

/// A verifying trace: can tell whether outs are up to date, cannot remake them.
///
/// One lock entry.
public struct LockEntry: Sendable, Equatable {
    /// What the run was made from.
    public var fingerprint: Fingerprint
    /// Sorted by path; volatile outs without content.
    public var outs: [RecordedOut]

    /// What was recorded for `path`, nil where nothing was.
    public func content(of path: String) -> Content? {
        outs.first { $0.path == path }?.content
    }
}

/// A constructive trace: one finished run of a stage, from which its outs can be restored.
public struct Trace: Sendable, Equatable {
    /// What the run was made from.
    public var fingerprint: Fingerprint
    /// Sorted by path; every out with its content, volatile ones too.
    public var outs: [RecordedOut]
    /// When, where and how long.
    public var facts: RunFacts

    /// The part that the lock keeps: without time, machine and the content of volatile outs.
    public var lockEntry: LockEntry {
        let volatile = Set(fingerprint.outs.filter(\.volatile).map(\.path))
        return LockEntry(
            fingerprint: fingerprint,
            outs: outs.map {
                RecordedOut(path: $0.path, content: volatile.contains($0.path) ? nil : $0.content)
            })
    }
}

/// Circumstances of a run, which are recorded and never compared.
public struct RunFacts: Sendable, Equatable, Codable {
    /// Seconds since 1970-01-01 UTC.
    public var started: Double
    /// Seconds.
    public var duration: Double
    /// Such as `Linux x86_64, 2 processors`.
    public var machine: String
    /// The number of threads that the stage could keep busy.
    public var threads: Int
    /// What the stage stated about its run, such as `arithmetic` → `float32 (avx512)`.
    public var stated: [String: String]
    /// What digests of the fingerprint were made from, for naming what differs later on.
    public var evidence: Evidence

    /// Creates a record.
    public init(
        started: Double, duration: Double, machine: String, threads: Int,
        stated: [String: String] = [:], evidence: Evidence = Evidence()
    ) {
        self.started = started
        self.duration = duration
        self.machine = machine
        self.threads = threads
        self.stated = stated
        self.evidence = evidence
    }
}
