import CKernels
import COpenBLAS

extension Compute {
    /// Computes `op(a) · op(b)`, row-major, into a new tensor; see `matmul(_:_:transposeA:transposeB:into:accumulate:)`.
    public func matmul(
        _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
    ) -> Tensor {
        let m = transposeA ? a.columns : a.rows
        let n = transposeB ? b.rows : b.columns
        let result = scratch([m, n])
        matmul(a, b, transposeA: transposeA, transposeB: transposeB, into: result)
        return result
    }

    /// Computes `op(a) · op(b)` into `result`, or adds it when `accumulate` is true.
    ///
    /// Operands count as matrices `[rows, columns]`; `transposeA` means that `a` is stored
    /// transposed. The work is cut by the shape only, never by the number of threads. Products that
    /// are too small to be worth packing are computed in float32, whatever the precision.
    public func matmul(
        _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false,
        into result: Tensor, accumulate: Bool = false
    ) {
        let m = transposeA ? a.columns : a.rows
        let k = transposeA ? a.rows : a.columns
        let n = transposeB ? b.rows : b.columns
        precondition(k == (transposeB ? b.columns : b.rows), "inner sizes differ")
        precondition(result.count == m * n, "the result has the wrong size")
        let isLarge = m >= 16 && n >= 32 && k >= 16 && m * n * k >= 1 << 18
        guard isLarge, products != .openBLAS(rounded: false) else {
            return multiplyWhole(
                a, b, transposeA: transposeA, transposeB: transposeB, into: result,
                accumulate: accumulate)
        }
        var right = RightOperand(b, transposed: transposeB)
        if transposeA {
            multiplyTransposed(a, right, into: result, accumulate: accumulate)
        } else {
            right.packed = pool.take(right.packedCount(products))
            fill(right)
            multiply(a, right, into: result, accumulate: accumulate, epilogue: nil)
        }
    }

    /// Computes `op(a) · op(b)` with OpenBLAS.
    private func multiplyWhole(
        _ a: Tensor, _ b: Tensor, transposeA: Bool, transposeB: Bool, into result: Tensor,
        accumulate: Bool
    ) {
        let m = transposeA ? a.columns : a.rows
        let k = transposeA ? a.rows : a.columns
        let n = transposeB ? b.rows : b.columns
        let grid = ProductGrid(m: m, n: n, k: k)
        forEach(grid.count) { piece in
            let rows = grid.rows(piece)
            let columns = grid.columns(piece)
            nlp_sgemm(
                transposeA ? 1 : 0, transposeB ? 1 : 0, Int32(rows.count), Int32(columns.count),
                Int32(k), 1, a.pointer + rows.lowerBound * (transposeA ? 1 : a.columns),
                Int32(a.columns),
                b.pointer + columns.lowerBound * (transposeB ? b.columns : 1), Int32(b.columns),
                accumulate ? 1 : 0, result.pointer + rows.lowerBound * n + columns.lowerBound,
                Int32(n))
        }
    }

    /// Computes `aᵀ · op(B)`: what a layer's weights receive from its tokens.
    private func multiplyTransposed(
        _ a: Tensor, _ right: RightOperand, into result: Tensor, accumulate: Bool
    ) {
        switch products {
        case .openBLAS:
            multiplyWhole(
                rounded(a), rounded(right.tensor), transposeA: true,
                transposeB: right.transposed, into: result, accumulate: accumulate)
        case .vectors:
            multiplyOuter(a, right, into: result, accumulate: accumulate)
        case .tiles, .tileModel:
            multiplyTiles(a, right, into: result, accumulate: accumulate)
        }
    }

    /// A copy in scratch memory, rounded to bfloat16.
    func rounded(_ x: Tensor) -> Tensor {
        let copy = scratch(x.shape)
        eachBlock(x.count, work: 1) { range, _ in
            nlp_bf16_round(
                x.pointer + range.lowerBound, range.count, copy.pointer + range.lowerBound)
        }
        return copy
    }
}
