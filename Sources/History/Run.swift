/// One `nlpipe repro` that did something: when, of what, with which result.
public struct Run: Sendable, Equatable {
    /// How a run ended; `running` stays behind when the process was killed.
    public enum Status: String, Sendable { case running, succeeded, failed, interrupted }

    /// Row number in the database; nil until recorded.
    public var id: Int64?
    /// Seconds since 1970.
    public var started: Double
    /// Seconds since 1970; nil while running.
    public var finished: Double?
    /// How the run ended.
    public var status: Status
    /// The commit that was checked out at the start; nil outside git.
    public var commit: String?
    /// True if tracked files differed from that commit at the start.
    public var dirty: Bool
    /// Names the difference from the commit; nil without one.
    public var patch: String?
    /// SHA-256 of the `pipeline.lock` that the run left behind: the key that joins it to commits.
    public var lock: String?
    /// The command line as typed, arguments separated by spaces.
    public var commandLine: String
    /// The host's name.
    public var machine: String
    /// Threads that a stage might keep busy.
    public var threads: Int
    /// The version of nlpipe.
    public var version: String
    /// The experiment that the run is of; nil for a run of the project itself.
    public var experiment: String?
    /// The process, as `ProcessMark` names it; nil in records of earlier versions.
    public var process: String?

    /// Creates a run that has just started.
    public init(
        started: Double, commit: String?, dirty: Bool, patch: String?, commandLine: String,
        machine: String, threads: Int, version: String
    ) {
        self.started = started
        status = .running
        self.commit = commit
        self.dirty = dirty
        self.patch = patch
        self.commandLine = commandLine
        self.machine = machine
        self.threads = threads
        self.version = version
    }
}

/// One stage of a run.
public struct StageRun: Sendable, Equatable {
    /// What became of the stage.
    public enum Verdict: String, Sendable { case ran, restored, upToDate, failed, interrupted }

    /// The stage's name.
    public var stage: String
    /// What became of it.
    public var verdict: Verdict
    /// Why it ran, one line each.
    public var reasons: [String]
    /// Digest of everything that should change the result; nil if it was not worked out.
    public var fingerprint: String?
    /// Seconds.
    public var duration: Double
    /// The exit status of a command; nil for modules and stages that did not run.
    public var exitStatus: Int?
    /// What the stage stated about its run, such as `arithmetic` → `float32 (avx512)`.
    public var facts: [String: String]

    /// Creates the record of one stage.
    public init(
        stage: String, verdict: Verdict, reasons: [String], fingerprint: String? = nil,
        duration: Double, exitStatus: Int? = nil, facts: [String: String] = [:]
    ) {
        self.stage = stage
        self.verdict = verdict
        self.reasons = reasons
        self.fingerprint = fingerprint
        self.duration = duration
        self.exitStatus = exitStatus
        self.facts = facts
    }
}

/// One point of a series that a stage reported while running.
public struct SeriesPoint: Sendable, Equatable {
    /// The stage's name.
    public var stage: String
    /// What is measured, such as `validation accuracy`.
    public var series: String
    /// When: the count of epochs or steps, as the stage counts.
    public var step: Int
    /// What was measured.
    public var value: Double

    /// Creates a point.
    public init(stage: String, series: String, step: Int, value: Double) {
        self.stage = stage
        self.series = series
        self.step = step
        self.value = value
    }
}

/// One number of a metrics file.
public struct Metric: Sendable, Equatable {
    /// The metrics file, relative to the project's root.
    public var file: String
    /// Dotted path inside the file.
    public var key: String
    /// The number; infinities and NaN are not recorded.
    public var value: Double

    /// Creates a metric.
    public init(file: String, key: String, value: Double) {
        self.file = file
        self.key = key
        self.value = value
    }
}
