import Synchronization

/// Shares the threads of a run among the modules that run at the same time.
///
/// A module keeps what it got when it began: its result does not depend on it.
final class ThreadBudget: Sendable {
    let total: Int
    private let running = Mutex(0)

    init(_ total: Int) { self.total = total }

    /// The share of one more module, at least one thread; what it stated where it did.
    func take(_ stated: Int? = nil) -> Int {
        running.withLock {
            $0 += 1
            return stated.map { min($0, total) } ?? max(1, total / $0)
        }
    }

    /// A module has ended.
    func giveBack() { running.withLock { $0 -= 1 } }
}
