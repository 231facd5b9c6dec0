import Testing

@testable import Tensors

/// A table under AdamW: each row's gradients come rarely.
private struct Table {
    let weights, first, second: Tensor

    init(rows: Int, columns: Int) {
        weights = numbers([rows, columns], "table")
        weights[0] = 0
        (first, second) = (Tensor(zeros: [rows, columns]), Tensor(zeros: [rows, columns]))
    }

    var bits: [UInt32] {
        [weights, first, second].flatMap { $0.values.map(\.bitPattern) }
    }
}

/// A step of every size: a rate that rises and falls, gradients from huge to denormal.
private func step(_ number: Int, of total: Int) -> AdamWStep {
    let rate = 5e-4 * Float(min(number, total - number)) / Float(total)
    return AdamWStep(step: number, rate: rate, decay: 0.01)
}

private func gradient(_ step: Int, rows: [Int32], columns: Int) -> Tensor {
    let result = numbers([rows.count, columns], "gradient \(step)")
    for (place, row) in rows.enumerated() {
        // Row 3 has gradients so small that its moments become denormal soon.
        let scale: Float = row == 3 ? 1e-30 : row == 4 ? 1e4 : 0.01
        for column in 0..<columns { result[place, column] *= scale }
        // An exact zero keeps its moments at zero.
        result[place, columns - 1] = 0
    }
    return result
}

@Suite struct IdleStepsTests {
    /// Rows 0...5 have gradients in some of the steps; 6 never has one.
    private func rows(_ step: Int) -> [Int32] {
        (0..<6).filter { row in step % (1 + 37 * row) == min(row, 1) }.map { Int32($0) }
    }

    @Test(arguments: [1, 5, 16, 35, 64, 80, 99])
    func rowsThatCatchUpHaveTheBitsOfRowsThatNeverSlept(columns: Int) throws {
        let steps = columns == 80 ? 1200 : 300
        for compute in paths {
            let (dense, lazy) = (Table(rows: 7, columns: columns), Table(rows: 7, columns: columns))
            var idle = IdleSteps(rows: 7, steps: 0)
            for number in 1...steps {
                let numbers = step(number, of: steps)
                let rows = rows(number)
                let compact = gradient(number, rows: rows, columns: columns)
                let full = Tensor(zeros: [7, columns])
                for (place, row) in rows.enumerated() {
                    full.row(Int(row)).assign(compact.row(place))
                }
                compute.adamW(
                    numbers, weights: dense.weights, gradients: full, first: dense.first,
                    second: dense.second, gradientScale: 0.7)
                compute.catchUp(
                    &idle, rows: rows, weights: lazy.weights, first: lazy.first,
                    second: lazy.second)
                for row in rows {
                    #expect(lazy.weights.row(Int(row)).count == columns)
                }
                compute.adamW(
                    numbers, weights: lazy.weights, gradients: compact, rows: rows,
                    first: lazy.first, second: lazy.second, gradientScale: 0.7)
                idle.append(numbers, updated: rows)
                guard number % 100 == 0 else { continue }
                compute.catchUp(
                    &idle, rows: nil, weights: lazy.weights, first: lazy.first,
                    second: lazy.second)
                #expect(lazy.bits == dense.bits, "step \(number)")
            }
        }
    }

    // With such a decay weights lose more than half, so no replay may be cut short.
    @Test func strongDecayIsReplayedInFull() throws {
        for compute in paths {
            let (dense, lazy) = (Table(rows: 2, columns: 48), Table(rows: 2, columns: 48))
            var idle = IdleSteps(rows: 2, steps: 0)
            for number in 1...400 {
                let numbers = AdamWStep(step: number, rate: 0.01, decay: 1)
                let rows: [Int32] = number == 1 ? [0] : []
                let compact = gradient(number, rows: rows, columns: 48)
                let full = Tensor(zeros: [2, 48])
                if number == 1 { full.row(0).assign(compact.row(0)) }
                compute.adamW(
                    numbers, weights: dense.weights, gradients: full, first: dense.first,
                    second: dense.second)
                compute.adamW(
                    numbers, weights: lazy.weights, gradients: compact, rows: rows,
                    first: lazy.first, second: lazy.second)
                idle.append(numbers, updated: rows)
            }
            compute.catchUp(
                &idle, rows: nil, weights: lazy.weights, first: lazy.first, second: lazy.second)
            #expect(lazy.bits == dense.bits)
        }
    }
}
