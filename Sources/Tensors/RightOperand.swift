import CKernels

/// The right operand of a product, op(B) of `depth` rows and `columns` columns.
struct RightOperand {
    let tensor: Tensor
    /// Whether the tensor is stored as `[columns, depth]`.
    let transposed: Bool
    /// The operand in the order of the kernels; nil when they read the tensor itself.
    var packed: Storage?

    init(_ tensor: Tensor, transposed: Bool) {
        self.tensor = tensor
        self.transposed = transposed
    }

    var depth: Int { transposed ? tensor.columns : tensor.rows }
    var columns: Int { transposed ? tensor.rows : tensor.columns }

    /// Columns that are packed together.
    static func panelWidth(_ products: ProductArithmetic) -> Int {
        switch products {
        case .vectors: Int(NLP_GEMM_WIDTH)
        case .tiles, .tileModel: 16
        case .openBLAS: 1
        }
    }

    func panels(_ products: ProductArithmetic) -> Int {
        let width = RightOperand.panelWidth(products)
        return (columns + width - 1) / width
    }

    /// Floats that a panel takes when packed.
    func panelCount(_ products: ProductArithmetic) -> Int {
        switch products {
        case .vectors: Int(NLP_GEMM_WIDTH) * depth
        case .tiles, .tileModel: TilePanels.count(1, depth: depth)
        case .openBLAS: 0
        }
    }

    /// Floats of memory that the packed operand takes; 0 when it is read as it is.
    func packedCount(_ products: ProductArithmetic) -> Int {
        switch products {
        case .openBLAS(rounded: false): 0
        case .openBLAS(rounded: true): tensor.count
        case .vectors, .tiles, .tileModel: panels(products) * panelCount(products)
        }
    }
}

extension Compute {
    /// Packs the whole operand into its memory.
    func fill(_ right: RightOperand) {
        guard let packed = right.packed else { return }
        guard case .openBLAS = products else {
            let panels = right.panels(products)
            let work = right.depth * RightOperand.panelWidth(products)
            return eachBlock(panels, work: work) { range, _ in
                let start = range.lowerBound * right.panelCount(products)
                pack(right, panels: range, to: packed.pointer + start)
            }
        }
        eachBlock(right.tensor.count, work: 1) { range, _ in
            nlp_bf16_round(
                right.tensor.pointer + range.lowerBound, range.count,
                packed.pointer + range.lowerBound)
        }
    }

    /// Packs some panels of an operand.
    func pack(
        _ right: RightOperand, panels: Range<Int>, to packed: UnsafeMutablePointer<Float>
    ) {
        let (start, stride) = (right.tensor.pointer, right.tensor.columns)
        let (first, last) = (panels.lowerBound, panels.upperBound)
        switch products {
        case .openBLAS: break
        case .vectors(let rounded):
            nlp_gemm_pack(
                start, stride, right.transposed ? 1 : 0, right.depth, right.columns,
                rounded ? 1 : 0, first, last, packed)
        case .tiles, .tileModel:
            products.tileKernels?.pointee.pack(
                start, stride, right.transposed ? 1 : 0, right.depth, right.columns, 1, first, last,
                TilePanels.elements(packed))
        }
    }
}
