/// How far a stage of a run is, for those who watch.
public struct LiveStage: Sendable, Equatable {
    /// Where a stage is on its way.
    public enum State: String, Sendable {
        case waiting, running, upToDate, restored, ran, failed, interrupted, notRun
    }

    /// The stage's name.
    public var stage: String
    /// Its place in the order of the run, from 0.
    public var position: Int
    /// Where it is on its way.
    public var state: State
    /// When it started, in seconds since 1970; nil before that and for what never runs.
    public var started: Double?
    /// When it ended, in seconds since 1970; nil before that.
    public var ended: Double?
    /// Its own estimate of how much is done, in 0...1; nil where it says nothing.
    public var fraction: Double?
    /// What it says beside that, such as `epoch 2 of 5`.
    public var detail: String

    /// Creates a stage that has not begun.
    public init(stage: String, position: Int, state: State = .waiting) {
        self.stage = stage
        self.position = position
        self.state = state
        detail = ""
    }
}
