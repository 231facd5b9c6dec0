import Testing

@testable import Tensors

/// One `Compute` for every path that this CPU has, the portable one first.
let paths = KernelTable.Path.allCases.compactMap { Compute(threads: 2, path: $0) }

/// Numbers of size 1 with a few of size 10, the same for equal names.
func numbers(_ shape: [Int], _ name: String) -> Tensor {
    var generator = SeededGenerator(seed: 1, stream: name)
    let count = shape.reduce(1, *)
    return Tensor(
        (0..<count).map { _ in
            let value = generator.normal()
            return generator.uniform() < 0.05 ? 10 * value : value
        }, shape: shape)
}

/// Compares element by element: |found - expected| <= absolute + relative |expected|.
func expectClose(
    _ found: [Float], _ expected: [Double], absolute: Double, relative: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
    let bad = zip(found, expected).enumerated().first { _, pair in
        !(abs(Double(pair.0) - pair.1) <= absolute + relative * abs(pair.1))
    }
    if let (index, pair) = bad {
        Issue.record(
            "\(what)[\(index)] is \(pair.0), expected \(pair.1)", sourceLocation: sourceLocation)
    }
}

let widths = Array(1...35) + [63, 64, 65, 384]

/// Every row kernel against an obvious twin in double precision, and every path against the first.
@Suite struct KernelTests {
    /// Runs `body` on every path and returns what the portable one gives.
    ///
    /// Paths fuse multiply-adds or not, so they differ by single roundings: of 1e-6 of the largest
    /// intermediate, which is up to 30 here.
    func onAllPaths(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (Compute) -> [Tensor]
    ) throws -> [[Float]] {
        let first = body(try #require(paths.first)).map(\.values)
        for compute in paths.dropFirst() {
            let found = body(compute).map(\.values)
            for (a, b) in zip(first, found) {
                expectClose(
                    b, a.map(Double.init), absolute: 3e-5, relative: 1e-5, what,
                    sourceLocation: sourceLocation)
            }
        }
        return first
    }

    // The error function is good to 5e-7, and the input's rounding to 6e-8 of up to 30.
    @Test(arguments: [Activation.gelu, .geluTanh, .relu])
    func activationsAndSlopesAreThoseOfDoublePrecision(f: Activation) throws {
        for width in widths {
            let x = numbers([3, width], "x")
            let bias = numbers([width], "bias")
            let found = try onAllPaths("\(f) \(width)") { compute in
                let (y, kept) = (Tensor(zeros: [3, width]), x.copy())
                compute.activate(f, x, bias: bias, into: y)
                let sums = Tensor(zeros: [width])
                let (slope, again) = (Tensor(zeros: [3, width]), Tensor(zeros: [3, width]))
                compute.addBias(bias, to: kept)
                slope.fill(1)
                compute.activateBackward(
                    f, of: kept, gradient: slope, activated: again, addingColumnSumsTo: sums)
                #expect(again.values == y.values)
                return [y, slope, sums]
            }
            let input = (0..<x.count).map { Double(x[$0] + bias[$0 % width]) }
            expectClose(
                found[0], input.map { Twin.activate(f, $0) }, absolute: 2e-6, relative: 1e-6, "f")
            expectClose(
                found[1], input.map { Twin.slope(f, $0) }, absolute: 3e-6, relative: 1e-6, "slope")
            let sums = (0..<width).map { c in
                stride(from: c, to: 3 * width, by: width).reduce(0.0) {
                    $0 + Double(found[1][$1])
                }
            }
            expectClose(found[2], sums, absolute: 1e-6, relative: 1e-6, "sums")
        }
    }

    // Sums of up to 384 float32 numbers.
    @Test func normForwardAndBackwardAreThoseOfDoublePrecision() throws {
        for width in widths where width > 1 {
            let (x, residual) = (numbers([5, width], "x"), numbers([5, width], "residual"))
            let (bias, gamma) = (numbers([width], "bias"), numbers([width], "gamma"))
            let beta = numbers([width], "beta")
            let dy = numbers([5, width], "dy")
            let found = try onAllPaths("norm \(width)") { compute in
                let (y, state) = compute.norm(
                    x, bias: bias, residual: residual, gamma: gamma, beta: beta, epsilon: 1e-3)
                let (dGamma, dBeta) = (Tensor(zeros: [width]), Tensor(zeros: [width]))
                let ds = dy.copy()
                compute.normBackward(ds, state, gamma: gamma, dGamma: dGamma, dBeta: dBeta)
                let inPlace = x.copy()
                compute.normInPlace(
                    inPlace, bias: bias, residual: residual, gamma: gamma, beta: beta,
                    epsilon: 1e-3)
                return [y, ds, dGamma, dBeta, inPlace]
            }
            let s = (0..<x.count).map {
                Double(x[$0]) + Double(bias[$0 % width]) + Double(residual[$0])
            }
            let twin = Twin.norm(s, dy: dy.doubles, gamma.doubles, beta.doubles, epsilon: 1e-3)
            expectClose(found[0], twin.y, absolute: 2e-5, relative: 1e-5, "y \(width)")
            expectClose(found[1], twin.ds, absolute: 2e-4, relative: 1e-4, "ds \(width)")
            expectClose(found[2], twin.dGamma, absolute: 5e-5, relative: 1e-5, "dGamma \(width)")
            expectClose(found[3], twin.dBeta, absolute: 5e-5, relative: 1e-5, "dBeta \(width)")
            #expect(found[4] == found[0])
        }
    }

    @Test func softmaxRowsSumToOneAndKeepTheirOrder() throws {
        for width in widths {
            let x = numbers([4, width], "softmax")
            let found = try onAllPaths("softmax \(width)") { [$0.softmaxRows(x)] }[0]
            let twin = (0..<4).flatMap { Twin.softmax(x.row($0).doubles) }
            expectClose(found, twin, absolute: 1e-7, relative: 3e-6, "softmax \(width)")
        }
    }

    @Test func softmaxOfExtremesIsFinite() throws {
        let x = Tensor([1e30, -1e30, 0, 3e38, 3e38, -3e38], shape: [2, 3])
        let found = try onAllPaths("softmax") { [$0.softmaxRows(x)] }[0]
        expectClose(found, [1, 0, 0, 0.5, 0.5, 0], absolute: 1e-7, relative: 0, "softmax")
    }

    @Test func columnSumsScalesAndProductsAreThoseOfDoublePrecision() throws {
        for width in widths {
            let (a, b) = (numbers([40, width], "a"), numbers([40, width], "b"))
            let found = try onAllPaths("sums \(width)") { compute in
                let sums = numbers([width], "start")
                let products = Tensor(zeros: [width])
                let scaled = a.copy()
                compute.addColumnSums(a, to: sums)
                compute.addProductSums(a, b, to: products)
                compute.scale(scaled, by: 0.3)
                compute.axpy(-2, b, into: scaled)
                return [sums, products, scaled]
            }
            let start = numbers([width], "start")
            let sums = (0..<width).map { c in
                (0..<40).reduce(Double(start[c])) { $0 + Double(a[$1, c]) }
            }
            let products = (0..<width).map { c in
                (0..<40).reduce(0.0) { $0 + Double(a[$1, c]) * Double(b[$1, c]) }
            }
            expectClose(found[0], sums, absolute: 3e-5, relative: 1e-5, "sums")
            expectClose(found[1], products, absolute: 3e-4, relative: 1e-5, "products")
            let scaled = zip(a.doubles, b.doubles).map { 0.3 * $0 - 2 * $1 }
            expectClose(found[2], scaled, absolute: 5e-6, relative: 1e-6, "scaled")
            let squares = a.doubles.reduce(0) { $0 + $1 * $1 }
            for compute in paths {
                #expect(abs(compute.sumOfSquares(a) - squares) <= 1e-12 * squares)
            }
        }
    }

    @Test func masksKeepTheirShareAndDivideByIt() throws {
        let ones = Tensor([Float](repeating: 1, count: 300 * 77), shape: [300, 77])
        let mask = DropoutMask(key: 12345, rate: 0.1)
        let found = try onAllPaths("mask") { compute in
            let x = ones.copy()
            compute.apply(mask, to: x)
            return [x]
        }[0]
        #expect(Set(found) == [0, 1 / (1 - Float(0.1))])
        // Five standard errors: sqrt(0.09 / 23100) = 0.002.
        let dropped = Double(found.filter { $0 == 0 }.count) / Double(found.count)
        #expect(abs(dropped - 0.1) < 0.01)
        for compute in paths {
            let x = ones.copy()
            compute.apply(.none, to: x)
            #expect(x.values == ones.values)
        }
    }

    @Test func alignmentDoesNotChangeABit() throws {
        let compute = try Compute(threads: 1)
        let base = numbers([4 * 37 + 3], "aligned")
        let gamma = numbers([37], "gamma")
        let expected = compute.norm(
            base.view(from: 0, shape: [4, 37]).copy(), gamma: gamma, beta: gamma, epsilon: 0
        ).output.values
        for shift in 1...3 {
            let moved = Tensor(zeros: [4 * 37 + shift]).view(from: shift, shape: [4, 37])
            moved.assign(base.view(from: 0, shape: [4, 37]))
            let found = compute.norm(moved, gamma: gamma, beta: gamma, epsilon: 0).output.values
            #expect(found == expected)
        }
    }
}

extension Tensor {
    var doubles: [Double] { values.map(Double.init) }
}
