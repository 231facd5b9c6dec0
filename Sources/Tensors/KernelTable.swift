import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The kernels in use; the row kernels of paths differ by roundings that fused operations save.
struct KernelTable: @unchecked Sendable {
    /// Paths in rising order.
    ///
    /// AVX-VNNI is AVX2 here, since it multiplies integers only; AMX multiplies
    /// matrices, its row kernels are AVX-512.
    enum Path: String, CaseIterable {
        case scalar, avx2, avxvnni, avx512, amx

        /// The level of the row kernels.
        var level: Int32 {
            switch self {
            case .scalar: 0
            case .avx2, .avxvnni: 1
            case .avx512, .amx: 2
            }
        }
    }

    /// The row kernels themselves, a C constant.
    let kernels: UnsafePointer<nlp_kernels>
    /// The path that was asked for; nil when it was left to the CPU.
    private let forced: Path?

    /// Chooses the path that NLPIPE_KERNEL names, or the best one of this CPU.
    init() throws {
        if let name = getenv("NLPIPE_KERNEL").map({ String(cString: $0) }), !name.isEmpty {
            guard let path = Path(rawValue: name), let table = KernelTable(path) else {
                throw ComputeError.unknownKernel(name)
            }
            self = table
        } else {
            guard let kernels = nlp_kernels_at(nlp_cpu_level()) else {
                throw ComputeError.unknownKernel("")
            }
            self.kernels = kernels
            forced = nil
        }
    }

    /// A certain path, or nil when the CPU does not have it.
    init?(_ path: Path) {
        guard let kernels = nlp_kernels_at(path.level) else { return nil }
        if path == .amx, nlp_tiles_available() == 0 { return nil }
        self.kernels = kernels
        forced = path
    }

    /// Whether float32 products run on the own AVX-512 kernel.
    var hasVectors: Bool { (forced?.level ?? 2) == 2 && nlp_gemm_available() != 0 }

    /// Whether bfloat16 products run on AMX tiles; asks the system for them when they may.
    var hasTiles: Bool { forced == .amx || (forced == nil && nlp_tiles_available() != 0) }
}
