import Testing

@testable import Tensors

@Suite struct OptimizerTests {
    // Five steps; float32 moments and weights of size 1.
    @Test func adamWIsTheRuleOfDoublePrecision() throws {
        for count in [1, 15, 16, 17, 100_003] {
            let start = numbers([count], "weights")
            let gradient = numbers([count], "gradient")
            var results: [[Float]] = []
            for compute in paths {
                let (weights, first, second) = (
                    start.copy(), Tensor(zeros: [count]), Tensor(zeros: [count])
                )
                for step in 1...5 {
                    compute.adamW(
                        AdamWStep(step: step, rate: 0.01, decay: 0.1), weights: weights,
                        gradients: gradient, first: first, second: second, gradientScale: 0.5)
                }
                results.append(weights.values)
            }
            #expect(results.allSatisfy { $0 == results[0] })
            expectClose(
                results[0], zip(start.doubles, gradient.doubles).map { twin($0.0, $0.1 / 2) },
                absolute: 2e-6, relative: 1e-6, "weights")
        }
    }

    private func twin(_ start: Double, _ g: Double) -> Double {
        var (p, m, v) = (start, 0.0, 0.0)
        var (power1, power2) = (1.0, 1.0)
        for _ in 1...5 {
            power1 *= 0.9
            power2 *= 0.999
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g * g
            p -= p * 0.01 * 0.1
            p -= 0.01 * (m / (1 - power1)) / ((v / (1 - power2)).squareRoot() + 1e-8)
        }
        return p
    }

    @Test func gatheredRowsScatterBackInAnyNumberOfThreads() throws {
        let table = numbers([7, 130], "table")
        let indices: [Int32] = [3, 0, 3, 6, 3]
        let rows = numbers([5, 130], "rows")
        for threads in 1...3 {
            let compute = try Compute(threads: threads)
            let gathered = compute.gather(table, indices)
            for (row, index) in indices.enumerated() {
                #expect(gathered.row(row).values == table.row(Int(index)).values)
            }
            let target = Tensor(zeros: [7, 130])
            compute.scatterAdd(rows, indices, to: target)
            let expected = (0..<130).map { rows[0, $0] + rows[2, $0] + rows[4, $0] }
            #expect(target.row(3).values == expected)
            #expect(target.row(1).values == [Float](repeating: 0, count: 130))
        }
    }

    @Test func scratchMemoryIsNotSharedWhileInUse() throws {
        let compute = try Compute(threads: 1)
        let first = compute.scratch([100])
        first.fill(1)
        let second = compute.scratch([100])
        second.fill(2)
        #expect(first.values == [Float](repeating: 1, count: 100))
    }
}
