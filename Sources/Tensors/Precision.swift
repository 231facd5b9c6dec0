import CKernels

/// How large matrix products read their operands; sums, weights and all else stay float32.
public enum Precision: String, Sendable, Codable, CaseIterable {
    /// Operands as they are.
    case float32
    /// Operands rounded to bfloat16 (8 significant bits), products summed in float32.
    case bfloat16
    /// bfloat16 where the CPU multiplies it in tiles (AMX), otherwise float32.
    case auto

    /// The precision that runs on `arithmetic`'s CPU: never `auto`.
    func resolved(tiles: Bool) -> Precision {
        self == .auto ? (tiles ? .bfloat16 : .float32) : self
    }
}

/// The code that multiplies large matrices, chosen once by CPU, NLPIPE_KERNEL and precision.
enum ProductArithmetic: Sendable, Equatable {
    /// OpenBLAS, on operands that are first rounded to bfloat16 if `rounded`.
    case openBLAS(rounded: Bool)
    /// The own float32 kernel, on operands rounded while they are packed if `rounded`.
    case vectors(rounded: Bool)
    /// bfloat16 tiles of AMX.
    case tiles
    /// The software model of the tiles, for tests.
    case tileModel

    /// Chooses for a precision on a CPU.
    init(_ precision: Precision, _ kernels: KernelTable) {
        let tiles = kernels.hasTiles
        switch precision.resolved(tiles: tiles) {
        case .bfloat16 where tiles: self = .tiles
        case .bfloat16:
            self = kernels.hasVectors ? .vectors(rounded: true) : .openBLAS(rounded: true)
        case .float32, .auto:
            self = kernels.hasVectors ? .vectors(rounded: false) : .openBLAS(rounded: false)
        }
    }

    /// What the operands are rounded to.
    var precision: Precision {
        switch self {
        case .openBLAS(let rounded), .vectors(let rounded): rounded ? .bfloat16 : .float32
        case .tiles, .tileModel: .bfloat16
        }
    }

    /// The kernels on tiles, or nil when products do not run on tiles.
    var tileKernels: UnsafePointer<nlp_tile_kernels>? {
        switch self {
        case .tiles: nlp_tile_kernels_at(0)
        case .tileModel: nlp_tile_kernels_at(1)
        case .openBLAS, .vectors: nil
        }
    }

    /// What runs, for records of runs.
    var name: String {
        switch self {
        case .openBLAS(rounded: false): "float32 (openblas)"
        case .openBLAS(rounded: true): "bfloat16 (rounded operands, openblas)"
        case .vectors(rounded: false): "float32 (avx512)"
        case .vectors(rounded: true): "bfloat16 (rounded operands, avx512)"
        case .tiles: "bfloat16 (amx)"
        case .tileModel: "bfloat16 (tile model)"
        }
    }
}

extension Compute {
    /// What large products round their operands to: `float32` or `bfloat16`, never `auto`.
    public var precision: Precision { products.precision }

    /// The precision and the code that large products run on, such as `float32 (avx512)`.
    public var arithmetic: String { products.name }

    /// Computes products with certain code; nil when the CPU does not have it.
    init?(threads: Int, products: ProductArithmetic) {
        guard let table = KernelTable(products == .tiles ? .amx : .avx512) ?? KernelTable(.scalar)
        else { return nil }
        switch products {
        case .vectors where !table.hasVectors, .tiles where !table.hasTiles: return nil
        default: self.init(threads: threads, table: table, products: products)
        }
    }
}
