import CKernels

/// The threads of a `Compute` beside the calling one; they end with it.
final class ThreadPool: @unchecked Sendable {
    private let pool: OpaquePointer?

    /// Starts `workers` threads; with none, or when the system refuses, loops run on their caller.
    init(workers: Int) { pool = workers > 0 ? nlp_pool_create(Int32(clamping: workers)) : nil }

    deinit { nlp_pool_destroy(pool) }

    /// Calls `body` for every index below `count` in any order, and waits for all of them.
    func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var body = body
            withUnsafeMutablePointer(to: &body) { context in
                nlp_pool_run(
                    pool, count,
                    { context, index in
                        context?.assumingMemoryBound(to: (@Sendable (Int) -> Void).self)
                            .pointee(index)
                    }, context)
            }
        }
    }
}
