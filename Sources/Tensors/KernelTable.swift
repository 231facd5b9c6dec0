import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The row kernels in use; all paths give the same bits.
struct KernelTable: @unchecked Sendable {
    /// Paths in the order of `nlp_kernels_at`.
    enum Path: String, CaseIterable {
        case scalar, avx2, avx512

        var level: Int32 {
            switch self {
            case .scalar: 0
            case .avx2: 1
            case .avx512: 2
            }
        }
    }

    /// The kernels themselves, a C constant.
    let kernels: UnsafePointer<nlp_kernels>

    /// Chooses the path that NLPIPE_KERNEL names, or the best one of this CPU.
    init() throws {
        if let name = getenv("NLPIPE_KERNEL").map({ String(cString: $0) }), !name.isEmpty {
            guard let path = Path(rawValue: name), let kernels = nlp_kernels_at(path.level) else {
                throw ComputeError.unknownKernel(name)
            }
            self.kernels = kernels
        } else {
            guard let kernels = nlp_kernels_at(nlp_cpu_level()) else {
                throw ComputeError.unknownKernel("")
            }
            self.kernels = kernels
        }
    }

    /// A certain path, or nil when the CPU does not have it.
    init?(_ path: Path) {
        guard let kernels = nlp_kernels_at(path.level) else { return nil }
        self.kernels = kernels
    }
}
