import CKernels
import COpenBLAS

/// Why numeric work cannot begin.
public enum ComputeError: Error, CustomStringConvertible {
    case noBLAS(String)
    case badThreads(Int)
    case unknownKernel(String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .noBLAS(let reason): reason
        case .badThreads(let found):
            "the number of threads must be at least 1\n  found:    \(found)"
        case .unknownKernel(let name):
            """
            the CPU has no kernels '\(name)' (from NLPIPE_KERNEL)
              expected: scalar, avx2, avxvnni, avx512 or amx, as far as the CPU has them
            """
        }
    }
}

/// The means to compute: a number of threads, the kernels that fit the CPU, and scratch memory.
///
/// Work is always cut into the same pieces, whatever the number of threads, so results never depend
/// on it. The environment variable `NLPIPE_KERNEL` (`scalar`, `avx2`, `avxvnni`,
/// `avx512`, `amx`) forces a path.
public struct Compute: Sendable {
    /// Upper bound on threads that work at the same time.
    public let threads: Int
    let table: KernelTable
    let products: ProductArithmetic
    let pool = Arena()
    private let workers: ThreadPool

    /// Loads OpenBLAS and chooses kernels; throws `ComputeError` when either is not to be had.
    ///
    /// - Parameters:
    ///   - precision: that of large matrix products.
    ///   - floatProducts: false leaves OpenBLAS, which takes milliseconds to load, until a product
    ///     needs it: for work that has none, such as the INT8 model's.
    public init(
        threads: Int, precision: Precision = .float32, floatProducts: Bool = true
    ) throws {
        guard threads >= 1 else { throw ComputeError.badThreads(threads) }
        if floatProducts, let failure = nlp_blas_load() {
            throw ComputeError.noBLAS(String(cString: failure))
        }
        self.threads = threads
        table = try KernelTable()
        products = ProductArithmetic(precision, table)
        workers = ThreadPool(workers: threads - 1)
    }

    /// Computes on a certain path; nil when the CPU does not have it or OpenBLAS is missing.
    init?(threads: Int, path: KernelTable.Path) {
        guard let table = KernelTable(path) else { return nil }
        self.init(threads: threads, table: table, products: ProductArithmetic(.float32, table))
    }

    /// Computes with certain kernels; nil when OpenBLAS is missing.
    init?(threads: Int, table: KernelTable, products: ProductArithmetic) {
        guard threads >= 1, nlp_blas_load() == nil else { return nil }
        self.threads = threads
        self.table = table
        self.products = products
        workers = ThreadPool(workers: threads - 1)
    }

    /// Calls `body` for every index below `count`, on at most `threads` threads, in any order.
    public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        guard threads > 1, count > 1 else {
            for index in 0..<max(count, 0) { body(index) }
            return
        }
        workers.run(count, body)
    }

    /// Calls `body` with ranges that cover `0..<count`, cut by `count` and `work` only.
    ///
    /// `work` is the number of elements that one of `count` stands for. `body` also gets the number
    /// of its block, below `blocks(count, work)`.
    func eachBlock(_ count: Int, work: Int, _ body: @Sendable (Range<Int>, Int) -> Void) {
        let blocks = Compute.blocks(count, work: work)
        forEach(blocks) { block in
            body(count * block / blocks..<count * (block + 1) / blocks, block)
        }
    }

    /// Number of blocks for `eachBlock`: at most 16, and none smaller than some 16,000 elements.
    static func blocks(_ count: Int, work: Int) -> Int {
        max(1, min(16, count, count * max(work, 1) / 16_384))
    }

    /// A tensor with arbitrary content from the arena, for results that are written in full.
    public func scratch(_ shape: [Int]) -> Tensor {
        Tensor(storage: pool.take(shape.reduce(1, *)), offset: 0, shape: shape)
    }

    /// Makes the arena hold at least `floats` at a time.
    ///
    /// Taking scratch memory then asks the system for nothing. Memory that is never touched costs
    /// nothing.
    public func reserve(_ floats: Int) { pool.reserve(floats) }

    /// How often the arena asked the system for memory so far.
    public var reservations: Int { pool.reservations }
}
