public import Pipelines

/// What to bring up to date, and how.
public struct RunRequest: Sendable {
    /// What happens to the other stages once one has failed.
    public enum FailurePolicy: Sendable {
        /// Nothing new is started.
        case stop
        /// Only the stages that depend on the failed one are left out.
        case keepGoing
        /// Everything is run, with whatever is there.
        case ignore
    }

    /// Upstream first, as `Graph.order` gives them.
    public var stages: [Stage]
    /// Run even what is up to date, and do not look into the run cache.
    public var force: Bool
    /// Wait while another process works on the project; otherwise that is an error.
    public var wait: Bool
    /// How many stages may run side by side; nil for as many as what they need leaves room for.
    ///
    /// The result does not depend on it.
    public var jobs: Int? = 1
    /// What happens to the other stages once one has failed.
    public var onFailure = FailurePolicy.stop
    /// Run whatever follows a stage that was made anew or restored, even if it is up to date.
    public var forceDownstream = false
    /// Restore results of earlier runs; otherwise every stage that is out of date is run.
    public var usesRunCache = true
    /// Keep what stages make in the cache; otherwise only the lock gets to know of it.
    public var keepsOuts = true

    /// A stage whose only fault is that data is not there counts as up to date: what is recorded of
    /// the data stands for it.
    public var allowsMissing = false
    /// Gets from a remote what is known of the result of a stage that is out of date; nil asks none.
    public var pull: Fetch?

    /// Creates a request.
    public init(stages: [Stage], force: Bool = false, wait: Bool = false) {
        self.stages = stages
        self.force = force
        self.wait = wait
    }
}
