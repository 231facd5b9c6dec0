/// Something that happens during a run; listeners get them in order, from one thread at a time.
public enum RunEvent: Sendable {
    case stageStarted(stage: String, why: Cause)
    /// A stage's own estimate, in 0...1.
    case progress(stage: String, fraction: Double, detail: String)
    case point(stage: String, series: String, step: Int, value: Double)
    case message(stage: String, text: String)
    /// A circumstance that a stage states; its trace holds all of them.
    case fact(stage: String, name: String, value: String)
    /// What a command printed, as it came.
    case output(stage: String, bytes: [UInt8], isError: Bool)
    case stageFinished(stage: String, trace: Trace)
    case restored(stage: String, trace: Trace, why: Cause)
    /// The stage is up to date.
    case skipped(stage: String)
    /// `exitStatus` is that of a command; `duration` in seconds since the stage was looked at.
    case failed(stage: String, message: String, exitStatus: Int32?, duration: Double)
    /// The user asked to stop while the stage ran.
    case interrupted(stage: String, duration: Double)
    /// An attempt failed and another one follows after `pause` seconds; attempts are counted from 1.
    case retrying(stage: String, attempt: Int, of: Int, message: String, pause: Double)
    /// Left out because these stages, which it depends on, failed or were left out themselves.
    case notRun(stage: String, after: [String])

    /// The stage that it happened to.
    public var stage: String {
        switch self {
        case .stageStarted(let stage, _), .progress(let stage, _, _), .point(let stage, _, _, _),
            .message(let stage, _), .fact(let stage, _, _), .output(let stage, _, _),
            .stageFinished(let stage, _), .restored(let stage, _, _), .skipped(let stage),
            .failed(let stage, _, _, _), .interrupted(let stage, _), .notRun(let stage, _),
            .retrying(let stage, _, _, _, _):
            stage
        }
    }
}
