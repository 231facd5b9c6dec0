import CKernels
import COpenBLAS

/// Blocks of the rows of a result, cut by shape and code only.
struct RowBlocks {
    let rows: Int
    private let size: Int

    init(rows: Int, _ products: ProductArithmetic) {
        self.rows = rows
        // Blocks hold whole register tiles; a block's rows stay in the L2 cache while all weights
        // pass by, and there are enough blocks to keep some threads busy to the end.
        let (unit, least, most) =
            switch products {
            case .vectors: (8, 24, 72)
            case .tiles, .tileModel: (32, 32, 64)
            // OpenBLAS packs the weights for each block anew.
            case .openBLAS: (16, 64, 512)
            }
        let eighth = (rows / 8 + unit - 1) / unit * unit
        size = max(least, min(most, eighth))
    }

    var count: Int { (rows + size - 1) / size }

    func range(_ block: Int) -> Range<Int> { block * size..<min(rows, (block + 1) * size) }
}

extension Compute {
    /// Multiplies the rows of `x` with an operand that is packed as a whole.
    func multiply(
        _ x: Tensor, _ right: RightOperand, into result: Tensor, accumulate: Bool,
        epilogue: (@Sendable (Range<Int>) -> Void)?
    ) {
        let blocks = RowBlocks(rows: x.rows, products)
        forEach(blocks.count) { block in
            let rows = blocks.range(block)
            multiply(rows: rows, of: x, right, into: result, accumulate: accumulate)
            epilogue?(rows)
        }
    }

    private func multiply(
        rows: Range<Int>, of x: Tensor, _ right: RightOperand, into result: Tensor,
        accumulate: Bool
    ) {
        let (depth, columns) = (right.depth, right.columns)
        let target = result.pointer + rows.lowerBound * columns
        let source = x.pointer + rows.lowerBound * depth
        switch products {
        case .openBLAS(let rounded):
            let left = rounded ? self.rounded(source, rows.count * depth) : nil
            nlp_sgemm(
                0, right.transposed ? 1 : 0, Int32(rows.count), Int32(columns), Int32(depth), 1,
                left?.pointer ?? source, Int32(depth),
                right.packed?.pointer ?? right.tensor.pointer, Int32(right.tensor.columns),
                accumulate ? 1 : 0, target, Int32(columns))
        case .vectors(let rounded):
            let left = rounded ? self.rounded(source, rows.count * depth) : nil
            nlp_gemm_rows(
                left?.pointer ?? source, depth, rows.count, right.packed?.pointer, depth,
                columns, target, columns, accumulate ? 1 : 0)
        case .tiles, .tileModel:
            let panels = (rows.count + 15) / 16
            let left = pool.take(TilePanels.count(panels, depth: depth))
            let kernels = products.tileKernels?.pointee
            kernels?.pack(
                source, depth, 1, depth, rows.count, 0, 0, panels,
                TilePanels.elements(left.pointer))
            kernels?.multiply(
                TilePanels.elements(left.pointer), rows.count,
                right.packed.map { TilePanels.elements($0.pointer) }, depth, columns, target,
                columns, accumulate ? 1 : 0)
        }
    }

    /// A copy in scratch memory, rounded to bfloat16.
    func rounded(_ source: UnsafePointer<Float>, _ count: Int) -> Storage {
        let copy = pool.take(count)
        nlp_bf16_round(source, count, copy.pointer)
        return copy
    }
}
