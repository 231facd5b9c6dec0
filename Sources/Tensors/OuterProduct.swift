import CKernels

/// The pieces of aᵀ · b: blocks of panels of one operand, which is packed, times all columns of the
/// other one, which is read where it lies.
private struct OuterGrid {
    /// Tokens that are packed at a time: four panels of them take a third of an L2 cache of 2 MB.
    static let depth = 1024

    private let panels: Int
    private let size: Int

    init(panels: Int) {
        self.panels = panels
        // More panels share what is read of the other operand; fewer make more pieces.
        size = panels >= 16 ? 4 : panels >= 4 ? 2 : 1
    }

    var count: Int { (panels + size - 1) / size }

    func range(_ piece: Int) -> Range<Int> { piece * size..<min(panels, (piece + 1) * size) }
}

extension Compute {
    /// Computes `aᵀ · op(B)` with the float32 kernel.
    ///
    /// A is read in place, down its columns: of two operands that are both stored by token it is the
    /// narrower one, since long strides collide in the caches. The result is turned if need be.
    func multiplyOuter(_ a: Tensor, _ right: RightOperand, into result: Tensor, accumulate: Bool) {
        if !right.transposed, a.columns > right.columns {
            outer(
                right.tensor, RightOperand(a, transposed: false), into: result, isTurned: true,
                accumulate: accumulate)
        } else {
            outer(a, right, into: result, isTurned: false, accumulate: accumulate)
        }
    }

    private func outer(
        _ a: Tensor, _ right: RightOperand, into result: Tensor, isTurned: Bool, accumulate: Bool
    ) {
        let isRounded = products == .vectors(rounded: true)
        let a = isRounded ? rounded(a) : a
        let b = right.tensor
        let grid = OuterGrid(panels: right.panels(products))
        let width = RightOperand.panelWidth(products)
        let stride = isTurned ? a.columns : right.columns
        forEach(grid.count) { piece in
            let panels = grid.range(piece)
            let first = panels.lowerBound * width
            let columns = min(right.columns, panels.upperBound * width) - first
            let scratch = pool.take(panels.count * width * min(right.depth, OuterGrid.depth))
            for top in Swift.stride(from: 0, to: right.depth, by: OuterGrid.depth) {
                let (row, column) = right.transposed ? (first, top) : (top, first)
                nlp_gemm_columns(
                    a.pointer + top * a.columns, a.columns, a.columns,
                    b.pointer + row * b.columns + column, b.columns, right.transposed ? 1 : 0,
                    min(OuterGrid.depth, right.depth - top), columns, isRounded ? 1 : 0,
                    result.pointer + first * (isTurned ? stride : 1), stride, isTurned ? 1 : 0,
                    accumulate || top > 0 ? 1 : 0, scratch.pointer)
            }
        }
    }
}
