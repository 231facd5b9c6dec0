import Tensors

/// The 4-bit grid of one row: steps of whole multiples of a scale, one multiplier for each group.
///
/// Scale and multipliers are those of least squared error, each element weighted by what its error
/// costs. All in double: squares of float32 numbers neither vanish nor overflow.
struct GroupedGrid {
    let scale: Float
    let group: Int

    /// Levels below and above zero.
    static let codes = -8.0...7.0
    /// The multiples of the scale at which a row's largest magnitude is tried.
    ///
    /// 120 = 8 · 15 is the end of the grid; at smaller scales far values are cut off, which can pay
    /// elsewhere.
    private static let reaches: [Double] = [120, 96, 104, 112, 128, 136, 144, 152]

    /// A grid with this scale.
    init(scale: Float, group: Int) {
        self.scale = scale
        self.group = group
    }

    /// The grid of least error for a row; `costs` weigh its elements.
    init(_ row: UnsafeBufferPointer<Double>, costs: UnsafeBufferPointer<Double>, group: Int) {
        let largest = row.reduce(0) { max($0, abs($1)) }
        var best: (grid: GroupedGrid, error: Double) = (
            GroupedGrid(scale: 0, group: group), .infinity
        )
        guard largest > 0 else {
            self = best.grid
            return
        }
        for reach in GroupedGrid.reaches {
            let scale = max(Float(largest / reach), .leastNonzeroMagnitude)
            let grid = GroupedGrid(scale: scale, group: group)
            var error = 0.0
            for first in stride(from: 0, to: row.count, by: group) {
                let range = first..<min(first + group, row.count)
                error += grid.multiplier(row, costs: costs, range).error
                if error >= best.error { break }
            }
            if error < best.error { best = (grid, error) }
        }
        self = best.grid
    }

    /// The multiplier of least error for the elements in `range`, of equals the smallest; 0 where
    /// all of them are 0.
    func multiplier(
        _ row: UnsafeBufferPointer<Double>, costs: UnsafeBufferPointer<Double>, _ range: Range<Int>
    ) -> (value: Int, error: Double) {
        guard scale > 0, range.contains(where: { row[$0] != 0 }) else { return (0, 0) }
        var best = (value: 1, error: Double.infinity)
        for value in 1...GroupedMatrix.largestMultiplier {
            let step = step(value)
            var error = 0.0
            for place in range {
                let difference = row[place] - step * GroupedGrid.code(row[place], step)
                error += costs[place] * difference * difference
                if error >= best.error { break }
            }
            if error < best.error { best = (value, error) }
        }
        return best
    }

    /// The distance of two levels; exact, as both factors are short.
    func step(_ multiplier: Int) -> Double { Double(scale) * Double(multiplier) }

    /// The code of a value, a whole number in -8…7, round half to even.
    static func code(_ value: Double, _ step: Double) -> Double {
        guard step > 0 else { return 0 }
        // Adding 1.5 · 2⁵² leaves no bits behind the point: this rounds without a call.
        let shift = 0x1.8p52
        return (min(max(value / step, codes.lowerBound), codes.upperBound) + shift) - shift
    }
}

extension GroupedMatrix {
    /// Rounds a matrix to the nearest codes; what is 0 stays 0.
    init(quantizing tensor: Tensor, group: Int, name: String) throws {
        let (rows, columns) = (tensor.rows, tensor.columns)
        let groups = NibbleMatrix.groups(columns, group)
        var codes = [Int8](repeating: 0, count: rows * columns)
        var multipliers = [UInt8](repeating: 0, count: rows * groups)
        var scales = [Float](repeating: 0, count: rows)
        let costs = [Double](repeating: 1, count: columns)
        try tensor.withUnsafeBuffer { weights in
            for number in 0..<rows {
                let floats = weights[number * columns..<(number + 1) * columns]
                _ = try largestMagnitude(floats, tensor: name, row: number)
                let row = floats.map(Double.init)
                row.withUnsafeBufferPointer { row in
                    costs.withUnsafeBufferPointer { costs in
                        let grid = GroupedGrid(row, costs: costs, group: group)
                        scales[number] = grid.scale
                        for index in 0..<groups {
                            let first = index * group
                            let range = first..<min(first + group, columns)
                            let multiplier = grid.multiplier(row, costs: costs, range).value
                            multipliers[number * groups + index] = UInt8(multiplier)
                            let step = grid.step(multiplier)
                            for place in range {
                                codes[number * columns + place] = Int8(
                                    GroupedGrid.code(row[place], step))
                            }
                        }
                    }
                }
            }
        }
        self.init(
            rows: rows, columns: columns, group: group, codes: .made(codes),
            multipliers: multipliers, scales: scales)
    }
}
