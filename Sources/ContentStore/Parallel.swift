import Dispatch
import Synchronization

/// Work on many items by some threads of its own: waiting for a disk or a network share must not
/// keep the process's few threads for computing.
enum Parallel {
    /// Calls `body` for every item, by at most `jobs` at a time; the first error ends it, once what
    /// has begun is done.
    static func forEach<Item: Sendable>(
        _ items: [Item], jobs: Int, _ body: @escaping @Sendable (Item) throws -> Void
    ) async throws {
        let cursor = Cursor(end: items.count)
        let queue = DispatchQueue(label: "nlpipe.transfer", attributes: .concurrent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, min(jobs, items.count)) {
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        queue.async {
                            continuation.resume(
                                with: Result {
                                    while let index = cursor.next() {
                                        do { try body(items[index]) } catch {
                                            cursor.stop()
                                            throw error
                                        }
                                    }
                                })
                        }
                    }
                }
            }
            var first: (any Error)?
            while let result = await group.nextResult() {
                if case .failure(let error) = result { first = first ?? error }
            }
            if let first { throw first }
        }
    }

    private final class Cursor: Sendable {
        private let state: Mutex<(next: Int, end: Int)>

        init(end: Int) { state = Mutex((0, end)) }

        func next() -> Int? {
            state.withLock { state in
                guard state.next < state.end else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        func stop() { state.withLock { $0.end = 0 } }
    }
}
