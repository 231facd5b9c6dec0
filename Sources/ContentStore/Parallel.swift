import Dispatch
import Glibc
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
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, min(jobs, items.count)) {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        queue.async {
                            while let index = cursor.next() {
                                do { try body(items[index]) } catch { cursor.stop(error) }
                            }
                            continuation.resume()
                        }
                    }
                }
            }
        }
        if let error = cursor.error { throw error }
    }

    /// Does the same on the processor's threads, and waits.
    static func forEach<Item: Sendable>(
        _ items: [Item], _ body: @Sendable (Item) throws -> Void
    ) throws {
        let cursor = Cursor(end: items.count)
        DispatchQueue.concurrentPerform(
            iterations: min(items.count, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        ) { _ in
            while let index = cursor.next() {
                do { try body(items[index]) } catch { cursor.stop(error) }
            }
        }
        if let error = cursor.error { throw error }
    }

    /// The results of `body` for every item, in the order of the items; on the processor's threads
    /// where there are enough of them to be worth it.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], from many: Int = 8, _ body: @Sendable (Item) throws -> Result
    ) throws -> [Result] {
        guard items.count >= many else { return try items.map(body) }
        let size = max(1, items.count / 64)
        let parts = stride(from: 0, to: items.count, by: size).map {
            $0..<min($0 + size, items.count)
        }
        let results = Mutex([[Result]](repeating: [], count: parts.count))
        try forEach(Array(parts.indices)) { part in
            let made = try items[parts[part]].map(body)
            results.withLock { $0[part] = made }
        }
        return results.withLock { $0.flatMap { $0 } }
    }

    private final class Cursor: Sendable {
        private let state: Mutex<(next: Int, end: Int, error: (any Error)?)>

        init(end: Int) { state = Mutex((0, end, nil)) }

        var error: (any Error)? { state.withLock { $0.error } }

        func next() -> Int? {
            state.withLock { state in
                guard state.next < state.end else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        func stop(_ error: any Error) {
            state.withLock { state in
                state.end = 0
                state.error = state.error ?? error
            }
        }
    }
}
