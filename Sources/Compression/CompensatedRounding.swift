import Models
import Tensors

/// Rounds the encoder's matrices so that its dense layers' outputs change little.
struct CompensatedRounding {
    private let moments: InputMoments
    private let compute: Compute
    /// The factor that was used last: query, key and value share one.
    private var last: (site: ActivationSite, factor: InverseFactor)?

    init(_ moments: InputMoments, compute: Compute) {
        self.moments = moments
        self.compute = compute
    }

    /// Rounds the weights `name`; throws where the moments are of another model.
    mutating func callAsFunction(
        _ tensor: Tensor, group: Int, name: String
    ) throws -> GroupedMatrix {
        let side = tensor.columns
        guard let site = ActivationSite(reading: name), let sum = moments.sums[site],
            sum.count == side * side
        else {
            throw CompressionError.mismatch(
                "activations and weights", expected: "\(side) channels for '\(name)'",
                found: "none, or another number")
        }
        let factor: InverseFactor
        if let last, last.site == site {
            factor = last.factor
        } else {
            factor = try InverseFactor(inverting: sum, side: side, name: site.name)
        }
        last = (site, factor)
        return try GroupedMatrix(
            compensating: tensor, factor: factor, group: group, name: name, compute: compute)
    }
}

extension GroupedMatrix {
    /// Rounds a matrix column by column, the columns after each taking up its error as far as they
    /// can (GPTQ, arXiv:2210.17323): what gets small is the error of the layer's outputs.
    ///
    /// `factor` is that of the layer's inputs. Rows do not touch each other, so the codes do not
    /// depend on the threads.
    init(
        compensating tensor: Tensor, factor: InverseFactor, group: Int, name: String,
        compute: Compute
    ) throws {
        let (rows, columns) = (tensor.rows, tensor.columns)
        precondition(factor.side == columns, "a factor of other inputs")
        try tensor.withUnsafeBuffer { weights in
            for row in 0..<rows {
                let values = weights[row * columns..<(row + 1) * columns]
                _ = try largestMagnitude(values, tensor: name, row: row)
            }
        }
        let groups = NibbleMatrix.groups(columns, group)
        // Whole numbers up to 15, which float holds: tensors can be filled from several threads.
        let codes = Tensor(zeros: [rows, columns])
        let multipliers = Tensor(zeros: [rows, groups])
        let scales = Tensor(zeros: [rows, 1])
        compute.forEach(rows) { row in
            let rounded = CompensatedRow(
                tensor.row(row).values.map(Double.init), factor: factor, group: group)
            codes.row(row).assign(Tensor(rounded.codes, shape: [columns]))
            multipliers.row(row).assign(Tensor(rounded.multipliers, shape: [groups]))
            scales[row, 0] = rounded.scale
        }
        self.init(
            rows: rows, columns: columns, group: group, codes: .made(codes.values.map { Int8($0) }),
            multipliers: multipliers.values.map { UInt8($0) }, scales: scales.values)
    }
}

/// One row, rounded from its first column to its last.
private struct CompensatedRow {
    let scale: Float
    private(set) var multipliers: [Float] = []
    private(set) var codes: [Float]

    /// What is 0 stays 0, as in SparseGPT (arXiv:2301.00774); its error is taken up as any other.
    init(_ row: [Double], factor: InverseFactor, group: Int) {
        let columns = row.count
        // An error of column j costs its square over U_jj², whatever comes after.
        let costs = row.indices.map { column in
            let diagonal = factor.upper[column * columns + column]
            return row[column] == 0 ? 0 : 1 / (diagonal * diagonal)
        }
        let grid = row.withUnsafeBufferPointer { row in
            costs.withUnsafeBufferPointer { GroupedGrid(row, costs: $0, group: group) }
        }
        scale = grid.scale
        codes = [Float](repeating: 0, count: columns)
        var values = row
        for first in stride(from: 0, to: columns, by: group) {
            let range = first..<min(first + group, columns)
            // The group's own step is chosen for the values as the columns before have left them.
            var kept = values
            for column in range where row[column] == 0 { kept[column] = 0 }
            let multiplier = kept.withUnsafeBufferPointer { kept in
                costs.withUnsafeBufferPointer { grid.multiplier(kept, costs: $0, range).value }
            }
            multipliers.append(Float(multiplier))
            let step = grid.step(multiplier)
            for column in range {
                let code = row[column] == 0 ? 0 : GroupedGrid.code(values[column], step)
                codes[column] = Float(code)
                CompensatedRow.spread(
                    values[column] - step * code, from: column, over: &values, factor)
            }
        }
    }

    /// Lets the columns after `column` take up its error.
    private static func spread(
        _ error: Double, from column: Int, over values: inout [Double], _ factor: InverseFactor
    ) {
        guard error != 0 else { return }
        let columns = values.count
        factor.upper.withUnsafeBufferPointer { upper in
            values.withUnsafeMutableBufferPointer { values in
                let share = error / upper[column * columns + column]
                for place in column + 1..<max(columns, column + 1) {
                    values[place] -= share * upper[column * columns + place]
                }
            }
        }
    }
}
