import CKernels
import Testing

@testable import Tensors

/// All code for products; tests skip what this CPU does not have.
let arithmetics: [ProductArithmetic] = [
    .openBLAS(rounded: false), .openBLAS(rounded: true), .vectors(rounded: false),
    .vectors(rounded: true), .tiles, .tileModel,
]

/// Sizes at every edge of a tile, panel and vector, crosswise but not all of them.
private let sizes: [(Int, Int, Int)] = {
    let edges = Array(1...17) + [31, 32, 33, 47, 48, 49, 63, 64, 65]
    return edges.indices.map { index in
        (edges[index], edges[(index * 7 + 3) % edges.count], edges[(index * 11 + 5) % edges.count])
    } + [(97, 145, 200), (130, 384, 70), (75, 100, 2100)]
}()

@Suite struct PackedProductTests {
    /// op(a) · op(b) in double precision, with operands rounded as `compute` rounds them.
    private func twin(
        _ compute: Compute, _ a: Tensor, _ b: Tensor, transposeA: Bool = false,
        transposeB: Bool = false, start: Tensor?
    ) -> [Double] {
        let round = compute.precision == .bfloat16
        let (a, b) = round ? (compute.rounded(a), compute.rounded(b)) : (a, b)
        let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
        let n = transposeB ? b.rows : b.columns
        var result =
            start.map { $0.values.map(Double.init) } ?? [Double](repeating: 0, count: m * n)
        nlp_gemm_plain(
            a.pointer, transposeA ? 1 : k, transposeA ? m : 1, b.pointer, transposeB ? 1 : n,
            transposeB ? k : 1, m, n, k, &result)
        return result
    }

    @Test(arguments: arithmetics)
    func packedProductsAreThoseOfDoublePrecision(_ products: ProductArithmetic) throws {
        guard let compute = Compute(threads: 2, products: products) else {
            return print("skipped: this CPU has no \(products.name)")
        }
        for (m, n, k) in sizes {
            let (x, w, dy) = (numbers([m, k], "x"), numbers([n, k], "w"), numbers([m, n], "dy"))
            let packed = PackedMatrix()
            compute.pack(w, into: packed)
            for accumulate in [false, true] {
                let (y, dx) = (numbers([m, n], "y"), numbers([m, k], "dx"))
                let start = (accumulate ? y.copy() : nil, accumulate ? dx.copy() : nil)
                compute.product(x, packed, into: y, accumulate: accumulate)
                compute.product(dy, packed, transposed: true, into: dx, accumulate: accumulate)
                expectClose(
                    y.values, twin(compute, x, w, transposeB: true, start: start.0),
                    absolute: 1e-4 * Double(k).squareRoot(), relative: 1e-5, "x·Wᵀ \(m) \(n) \(k)")
                expectClose(
                    dx.values, twin(compute, dy, w, start: start.1),
                    absolute: 1e-4 * Double(n).squareRoot(), relative: 1e-5, "dY·W \(m) \(n) \(k)")
            }
        }
    }

    @Test(arguments: arithmetics)
    func weightGradientsAreThoseOfDoublePrecision(_ products: ProductArithmetic) throws {
        guard let compute = Compute(threads: 2, products: products) else {
            return print("skipped: this CPU has no \(products.name)")
        }
        let shapes =
            sizes + [
                (1100, 64, 50), (300, 30, 70), (300, 70, 40), (70, 385, 49), (90, 49, 200),
                (40, 20, 800),
            ]
        for (t, n, k) in shapes where n * k * t >= 1 << 18 {
            let (dy, x) = (numbers([t, n], "dy"), numbers([t, k], "x"))
            for accumulate in [false, true] {
                let dw = numbers([n, k], "dw")
                let start = accumulate ? dw.copy() : nil
                compute.matmul(dy, x, transposeA: true, into: dw, accumulate: accumulate)
                expectClose(
                    dw.values, twin(compute, dy, x, transposeA: true, start: start),
                    absolute: 1e-4 * Double(t).squareRoot(), relative: 1e-5, "dYᵀ·X \(t) \(n) \(k)")
            }
        }
    }

    /// Rows of certain results at the shapes of an encoder with 860 tokens.
    @Test(arguments: arithmetics)
    func productsOfAnEncoderAreThoseOfDoublePrecision(_ products: ProductArithmetic) {
        guard products != .tileModel, let compute = Compute(threads: 2, products: products) else {
            return print("skipped: \(products.name)")
        }
        func spread(_ rows: Int, _ columns: Int, _ step: Int) -> Tensor {
            let values = (0..<rows * columns).map { Float(($0 * step) % 1009) / 1009 - 0.5 }
            return Tensor(values, shape: [rows, columns])
        }
        for (n, k) in [(384, 384), (1152, 384), (384, 1536)] {
            let (x, w, dy) = (
                spread(860, k, 7919), spread(n, k, 104_729), spread(860, n, 1_299_709)
            )
            let (packed, y, dx) = (
                PackedMatrix(), Tensor(zeros: [860, n]), Tensor(zeros: [860, k])
            )
            compute.pack(w, into: packed)
            compute.product(x, packed, into: y)
            compute.product(dy, packed, transposed: true, into: dx)
            let dw = compute.matmul(dy, x, transposeA: true)
            for row in [0, 71, 72, 859] {
                expectClose(
                    y.row(row).values,
                    twin(compute, x.rows(row..<row + 1), w, transposeB: true, start: nil),
                    absolute: 1e-3, relative: 1e-5, "x·Wᵀ \(n) \(k) row \(row)")
                expectClose(
                    dx.row(row).values, twin(compute, dy.rows(row..<row + 1), w, start: nil),
                    absolute: 1e-3, relative: 1e-5, "dY·W \(n) \(k) row \(row)")
            }
            for row in [0, 191, 192, n - 1] {
                let column = Tensor((0..<860).map { dy[$0, row] }, shape: [860, 1])
                expectClose(
                    dw.row(row).values, twin(compute, column, x, transposeA: true, start: nil),
                    absolute: 1e-3, relative: 1e-5, "dYᵀ·X \(n) \(k) row \(row)")
            }
        }
    }

    @Test(arguments: arithmetics)
    func resultsDoNotDependOnThreads(_ products: ProductArithmetic) throws {
        let (m, n, k) = products == .tileModel ? (150, 100, 70) : (500, 200, 150)
        let (x, w, dy) = (numbers([m, k], "x"), numbers([n, k], "w"), numbers([m, n], "dy"))
        let results = [1, 2, 3].compactMap { threads -> [[Float]]? in
            guard let compute = Compute(threads: threads, products: products) else { return nil }
            let packed = PackedMatrix()
            compute.pack(w, into: packed)
            let (y, dx) = (Tensor(zeros: [m, n]), Tensor(zeros: [m, k]))
            compute.product(x, packed, into: y)
            compute.product(dy, packed, transposed: true, into: dx)
            return [
                y.values, dx.values, compute.matmul(dy, x, transposeA: true).values,
                compute.matmul(x, dy, transposeA: true).values,
            ]
        }
        guard results.count == 3 else { return print("skipped: no \(products.name)") }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }
}
