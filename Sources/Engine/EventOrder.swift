import Synchronization

/// Hands events on, one at a time, in the order of the stages and not of the clock.
///
/// The first stage that has not ended speaks at once; what the others say is kept until their turn
/// comes. So a run reads the same however many stages ran side by side.
final class EventOrder: Sendable {
    typealias Handler = @Sendable (RunEvent) -> Void

    /// How much of the output of a stage waits for its turn; its log keeps as much.
    private static let keptOutput = 1 << 20

    private struct State {
        var front = 0
        var ended: Set<Int> = []
        var held: [Int: Held] = [:]
    }

    private struct Held {
        var events: [RunEvent] = []
        var outputBytes = 0
    }

    private let listener: Handler
    private let watcher: Handler
    private let state = Mutex(State())

    /// - Parameters:
    ///   - listener: gets the events in the order of the stages.
    ///   - watcher: gets every event as it happens.
    init(listener: @escaping Handler, watcher: @escaping Handler) {
        self.listener = listener
        self.watcher = watcher
    }

    /// What the stage at `position` of the request has to say.
    func send(_ event: RunEvent, from position: Int) {
        state.withLock { state in
            watcher(event)
            if position == state.front {
                listener(event)
            } else {
                EventOrder.hold(event, in: &state.held[position, default: Held()])
            }
        }
    }

    /// The stage at `position` has said everything.
    func end(_ position: Int) {
        state.withLock { state in
            state.ended.insert(position)
            while state.ended.remove(state.front) != nil {
                state.front += 1
                release(state.front, of: &state)
            }
        }
    }

    /// Hands on what still waits for stages that will never come.
    func finish() {
        state.withLock { state in
            for position in state.held.keys.sorted() { release(position, of: &state) }
        }
    }

    private func release(_ position: Int, of state: inout State) {
        for event in state.held.removeValue(forKey: position)?.events ?? [] { listener(event) }
    }

    private static func hold(_ event: RunEvent, in held: inout Held) {
        // Where a stage has been is of no interest once it is somewhere else.
        if case .progress = event { return }
        held.events.append(event)
        guard case .output(_, let bytes, _) = event else { return }
        held.outputBytes += bytes.count
        guard held.outputBytes > 2 * keptOutput else { return }
        held.events.removeAll { event in
            guard case .output(_, let bytes, _) = event, held.outputBytes > keptOutput else {
                return false
            }
            held.outputBytes -= bytes.count
            return true
        }
    }
}

/// Where the events of one stage go.
struct Listener: Sendable {
    let order: EventOrder
    let position: Int

    func send(_ event: RunEvent) { order.send(event, from: position) }
}
