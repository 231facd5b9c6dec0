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
    /// transposed. The work is cut by the shape only, never by the number of threads.
    public func matmul(
        _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false,
        into result: Tensor, accumulate: Bool = false
    ) {
        let m = transposeA ? a.columns : a.rows
        let k = transposeA ? a.rows : a.columns
        let n = transposeB ? b.rows : b.columns
        precondition(k == (transposeB ? b.columns : b.rows), "inner sizes differ")
        precondition(result.count == m * n, "the result has the wrong size")
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
}

/// The pieces of a product's result, chosen by its shape only; sums (k) are never cut.
struct ProductGrid {
    private let m, n, down, across: Int

    init(m: Int, n: Int, k: Int) {
        self.m = m
        self.n = n
        // A piece packs its operands anew, so pieces are few; they come in both directions because
        // that packs least.
        let (longer, shorter) =
            switch m * n * k {
            case ..<(1 << 22): (1, 1)
            case ..<(1 << 26): (2, 1)
            case ..<(1 << 30): (2, 2)
            default: (4, 2)
            }
        (down, across) = m >= n ? (longer, shorter) : (shorter, longer)
    }

    var count: Int { down * across }

    func rows(_ piece: Int) -> Range<Int> { ProductGrid.part(m, piece / across, of: down) }

    func columns(_ piece: Int) -> Range<Int> { ProductGrid.part(n, piece % across, of: across) }

    /// Cuts on multiples of 16, so that vector code has few remainders.
    private static func part(_ total: Int, _ index: Int, of count: Int) -> Range<Int> {
        func cut(_ index: Int) -> Int {
            index == count ? total : min(total, (total * index / count + 8) / 16 * 16)
        }
        return cut(index)..<cut(index + 1)
    }
}
