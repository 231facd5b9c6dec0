import Dispatch
import Engine
import Foundation
import History
import Synchronization

/// Tells the history how far the stages of a run are and which points they report, as it happens.
///
/// Writing is done aside: a stage never waits for it. Several times a second at most, for an eye.
final class LiveRecord: Sendable {
    /// Writes what is new; called from one thread at a time.
    typealias Write = @Sendable (_ stages: [LiveStage], _ points: [SeriesPoint]) -> Void

    private let write: Write
    private let queue = DispatchQueue(label: "history")
    private let state: Mutex<State>

    private struct State {
        var stages: [String: LiveStage] = [:]
        var changed: Set<String> = []
        var points: [SeriesPoint] = []
        var hasStarted = false
        var isPlanned = false
    }

    /// Creates a record of the stages of a run, in their order.
    init(stages: [String], write: @escaping Write) {
        self.write = write
        var state = State()
        for (position, stage) in stages.enumerated() {
            state.stages[stage] = LiveStage(stage: stage, position: position)
            state.changed.insert(stage)
        }
        self.state = Mutex(state)
    }

    /// Takes an event when it happens.
    func note(_ event: RunEvent) {
        let now = Date().timeIntervalSince1970
        let plans = state.withLock { state in
            Self.take(event, at: now, into: &state)
            // Nothing is on record of a run in which nothing happens.
            guard state.hasStarted, !state.isPlanned else { return false }
            state.isPlanned = true
            return true
        }
        guard plans else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(200)) { [weak self] in self?.flush() }
    }

    /// Writes all that is left; nothing is written afterwards unless more happens.
    func drain() {
        queue.sync { flush() }
    }

    private func flush() {
        let (stages, points) = state.withLock { state in
            state.isPlanned = false
            guard state.hasStarted else { return ([LiveStage](), [SeriesPoint]()) }
            let changed = state.changed.compactMap { state.stages[$0] }
            let points = state.points
            (state.changed, state.points) = ([], [])
            return (changed, points)
        }
        if !stages.isEmpty || !points.isEmpty { write(stages, points) }
    }

    private static func take(_ event: RunEvent, at now: Double, into state: inout State) {
        if case .point(let stage, let series, let step, let value) = event {
            state.points.append(
                SeriesPoint(stage: stage, series: series, step: step, value: value))
            return
        }
        guard var stage = state.stages[event.stage] else { return }
        switch event {
        case .stageStarted:
            state.hasStarted = true
            (stage.state, stage.started) = (.running, now)
        case .progress(_, let fraction, let detail):
            (stage.fraction, stage.detail) = (min(max(fraction, 0), 1), detail)
        case .restored:
            state.hasStarted = true
            (stage.state, stage.ended) = (.restored, now)
        case .stageFinished: (stage.state, stage.ended, stage.fraction) = (.ran, now, 1)
        case .skipped: (stage.state, stage.ended) = (.upToDate, now)
        case .failed: (stage.state, stage.ended) = (.failed, now)
        case .interrupted: (stage.state, stage.ended) = (.interrupted, now)
        case .notRun: (stage.state, stage.ended) = (.notRun, now)
        case .retrying(_, let attempt, let attempts, _, _):
            stage.detail = "attempt \(attempt) of \(attempts) failed"
        case .point, .message, .fact, .output: return
        }
        state.stages[event.stage] = stage
        state.changed.insert(event.stage)
    }
}
