import Testing

@testable import Tensors

@Suite struct MatrixProductTests {
    private func twin(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool, _ start: Tensor) -> [Double]
    {
        let m = ta ? a.columns : a.rows
        let k = ta ? a.rows : a.columns
        let n = tb ? b.rows : b.columns
        return (0..<m).flatMap { i in
            (0..<n).map { j in
                (0..<k).reduce(Double(start[i, j])) { sum, p in
                    sum + Double(ta ? a[p, i] : a[i, p]) * Double(tb ? b[j, p] : b[p, j])
                }
            }
        }
    }

    // Up to 65 products of size up to 100.
    @Test func productsAreThoseOfDoublePrecisionForAllTransposes() throws {
        let compute = try Compute(threads: 2)
        for (m, n, k) in [(1, 1, 1), (3, 5, 2), (17, 16, 33), (65, 31, 64), (2, 40, 65)] {
            for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
                let a = numbers(ta ? [k, m] : [m, k], "a")
                let b = numbers(tb ? [n, k] : [k, n], "b")
                let start = numbers([m, n], "c")
                let result = start.copy()
                compute.matmul(
                    a, b, transposeA: ta, transposeB: tb, into: result, accumulate: true)
                expectClose(
                    result.values, twin(a, b, ta, tb, start), absolute: 1e-3, relative: 1e-5,
                    "\(m) \(n) \(k)")
            }
        }
    }

    @Test(arguments: [(300, 200, 100), (700, 384, 384), (2, 1500, 1500)])
    func largeProductsCoverTheResultAndDoNotDependOnThreads(m: Int, n: Int, k: Int) throws {
        let a = numbers([m, k], "a")
        let b = numbers([n, k], "b")
        let results = try (1...3).map { threads in
            try Compute(threads: threads).matmul(a, b, transposeB: true).values
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
        let whole = try Compute(threads: 1)
        for row in Set([0, 1, m / 2, m - 1]) {
            let single = whole.matmul(a.row(row).reshaped([1, k]), b, transposeB: true).values
            expectClose(
                Array(results[0][row * n..<(row + 1) * n]), single.map(Double.init),
                absolute: 5e-3, relative: 1e-4, "row \(row)")
        }
    }

    @Test func piecesCoverTheResultWithoutOverlap() {
        for (m, n, k) in [
            (1, 1, 1), (5, 70_000, 64), (860, 384, 1536), (17, 33, 1 << 20), (4096, 1536, 384),
        ] {
            let grid = ProductGrid(m: m, n: n, k: k)
            let cells = (0..<grid.count).reduce(0) {
                $0 + grid.rows($1).count * grid.columns($1).count
            }
            #expect(cells == m * n)
            #expect((0..<grid.count).allSatisfy { grid.rows($0).upperBound <= m })
        }
    }
}
