import Synchronization

/// Hands events on, one at a time, from whatever thread they come.
final class Listener: Sendable {
    private let handler: @Sendable (RunEvent) -> Void
    private let turn = Mutex(())

    init(_ handler: @escaping @Sendable (RunEvent) -> Void) { self.handler = handler }

    func send(_ event: RunEvent) {
        turn.withLock { _ in handler(event) }
    }
}
