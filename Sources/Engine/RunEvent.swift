public import ContentStore
public import Pipelines

/// Something that happens during a run; listeners get them in order, from one thread at a time.
public enum RunEvent: Sendable {
    case stageStarted(stage: String, reasons: [RunReason])
    /// A stage's own estimate, in 0...1.
    case progress(stage: String, fraction: Double, detail: String)
    case point(stage: String, series: String, step: Int, value: Double)
    case message(stage: String, text: String)
    /// A circumstance that a stage states; its trace holds all of them.
    case fact(stage: String, name: String, value: String)
    /// What a command printed, as it came.
    case output(stage: String, bytes: [UInt8], isError: Bool)
    case stageFinished(stage: String, trace: Trace)
    case restored(stage: String, trace: Trace, reasons: [RunReason])
    /// The stage is up to date.
    case skipped(stage: String)
    case failed(stage: String, message: String)
}

/// What to bring up to date, and how.
public struct RunRequest: Sendable {
    /// Upstream first, as `Graph.order` gives them.
    public var stages: [Stage]
    /// Run even what is up to date, and do not look into the run cache.
    public var force: Bool
    /// Wait while another process works on the project; otherwise that is an error.
    public var wait: Bool

    /// Creates a request.
    public init(stages: [Stage], force: Bool = false, wait: Bool = false) {
        self.stages = stages
        self.force = force
        self.wait = wait
    }
}

/// How a run ended for every stage that it came to.
public struct RunSummary: Sendable {
    /// What became of one stage.
    public enum Outcome: String, Sendable { case ran, restored, upToDate }

    /// One stage with its outcome, in the order in which they were decided.
    public struct Item: Sendable {
        /// The stage's name.
        public var stage: String
        /// How it ended.
        public var outcome: Outcome
        /// Why it was not up to date; empty if it was.
        public var reasons: [RunReason]
        /// nil for stages that were up to date.
        public var trace: Trace?
    }

    /// In the order in which the stages were decided.
    public var items: [Item] = []
    /// Digest of the lock file as the run left it, which joins the run to commits; nil without a
    /// lock.
    public var lockDigest: Digest?

    /// The stages that ended with `outcome`.
    public func stages(_ outcome: Outcome) -> [String] {
        items.filter { $0.outcome == outcome }.map(\.stage)
    }
}
