import Tensors

/// A matrix of signed bytes in -127…127 with one scale per row: `x ≈ scale[row] · q[row, column]`.
///
/// Rows are the output channels of a dense layer or the pieces of an embedding table.
struct ByteMatrix: Sendable, Equatable {
    let rows: Int
    let columns: Int
    let values: StoredBytes<Int8>
    let scales: [Float]

    /// Takes values that were stored.
    init(rows: Int, columns: Int, values: StoredBytes<Int8>, scales: [Float]) {
        self.rows = rows
        self.columns = columns
        self.values = values
        self.scales = scales
    }

    /// Quantizes a matrix symmetrically, row by row, round half to even; a row of zeros has scale 0.
    init(quantizing tensor: Tensor, name: String) throws {
        rows = tensor.rows
        columns = tensor.columns
        var values = [Int8](repeating: 0, count: tensor.count)
        var scales = [Float](repeating: 0, count: rows)
        let columns = columns
        try tensor.withUnsafeBuffer { weights in
            for row in scales.indices {
                let range = row * columns..<(row + 1) * columns
                let largest = try largestMagnitude(weights[range], tensor: name, row: row)
                scales[row] = max(largest / 127, smallestScale(largest))
                guard largest > 0 else { continue }
                for index in range {
                    let level = (weights[index] / scales[row]).rounded(.toNearestOrEven)
                    values[index] = Int8(min(max(level, -127), 127))
                }
            }
        }
        self.values = .made(values)
        self.scales = scales
    }

    /// The float matrix that the bytes stand for.
    func expanded() -> Tensor {
        let columns = columns
        let floats = values.withElements { values in
            values.indices.map { scales[$0 / columns] * Float(values[$0]) }
        }
        return Tensor(floats, shape: [rows, columns])
    }
}

/// The largest absolute value of a row; throws where the row holds NaN or an infinity.
func largestMagnitude(
    _ row: Slice<UnsafeBufferPointer<Float>>, tensor: String, row number: Int
) throws -> Float {
    var largest: Float = 0
    var finite = true
    for value in row {
        largest = max(largest, abs(value))
        finite = finite && value.isFinite
    }
    guard finite else { throw CompressionError.nonFiniteWeight(tensor: tensor, row: number) }
    return largest
}

/// Keeps the scale of a row of subnormal numbers from becoming zero.
private func smallestScale(_ largest: Float) -> Float {
    largest > 0 ? .leastNonzeroMagnitude : 0
}
