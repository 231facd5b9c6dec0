import CKernels

/// The pieces of aᵀ · b: blocks of the columns of one operand, which is packed, times parts of the
/// other one's, which is read where it lies.
private struct OuterGrid {
    /// Packed columns of a piece: with 1,024 tokens they take a third of an L2 cache of 2 MB.
    static let panels = 4
    /// Tokens that are packed at a time.
    static let depth = 1024

    let leftColumns: Int
    let allPanels: Int
    private let across: Int
    private let down: Int

    init(left: Int, allPanels: Int) {
        leftColumns = left
        self.allPanels = allPanels
        across = (allPanels + OuterGrid.panels - 1) / OuterGrid.panels
        down = across >= 4 ? 1 : left >= 128 ? 2 : 1
    }

    var count: Int { across * down }

    func panels(_ piece: Int) -> Range<Int> {
        let first = piece % across * OuterGrid.panels
        return first..<min(allPanels, first + OuterGrid.panels)
    }

    func left(_ piece: Int) -> Range<Int> {
        let index = piece / across
        func cut(_ index: Int) -> Int {
            index == down ? leftColumns : leftColumns * index / down / 8 * 8
        }
        return cut(index)..<cut(index + 1)
    }
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
        let a = products == .vectors(rounded: true) ? rounded(a) : a
        let grid = OuterGrid(left: a.columns, allPanels: right.panels(products))
        let width = RightOperand.panelWidth(products)
        let stride = isTurned ? a.columns : right.columns
        forEach(grid.count) { piece in
            let (panels, left) = (grid.panels(piece), grid.left(piece))
            let packed = pool.take(panels.count * width * min(right.depth, OuterGrid.depth))
            let first = panels.lowerBound * width
            let columns = min(right.columns, panels.upperBound * width) - first
            let target =
                result.pointer + left.lowerBound * (isTurned ? 1 : stride)
                + first * (isTurned ? stride : 1)
            for top in Swift.stride(from: 0, to: right.depth, by: OuterGrid.depth) {
                let depth = min(OuterGrid.depth, right.depth - top)
                pack(right, panels: panels, from: top, depth: depth, to: packed.pointer)
                (isTurned ? nlp_gemm_rows_transposed : nlp_gemm_rows)(
                    a.pointer + top * a.columns + left.lowerBound, 1, a.columns, left.count,
                    packed.pointer, depth, columns, target, stride, accumulate || top > 0 ? 1 : 0)
            }
        }
    }
}
