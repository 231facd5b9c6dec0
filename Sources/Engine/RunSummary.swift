public import ContentStore

/// How a run ended for every stage that it came to.
public struct RunSummary: Sendable {
    /// What became of one stage.
    public enum Outcome: String, Sendable {
        case ran, restored, upToDate, failed
        /// Left out because a stage that it depends on failed.
        case notRun
    }

    /// One stage with its outcome.
    public struct Item: Sendable {
        /// The stage's name.
        public var stage: String
        /// How it ended.
        public var outcome: Outcome
        /// Why it was not up to date; empty if it was.
        public var reasons: [RunReason]
        /// nil for stages that were up to date, failed, or were not run.
        public var trace: Trace?
    }

    /// In the order of the request, however many stages ran side by side.
    public var items: [Item] = []
    /// Digest of the lock file as the run left it, which joins the run to commits; nil without a
    /// lock.
    public var lockDigest: Digest?

    /// The stages that ended with `outcome`.
    public func stages(_ outcome: Outcome) -> [String] {
        items.filter { $0.outcome == outcome }.map(\.stage)
    }
}
