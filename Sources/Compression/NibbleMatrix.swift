import Tensors

/// A matrix of 4-bit levels, two in a byte, with one scale per group of consecutive row elements.
///
/// Element `i` of a row is `scale[i / group] · (level - 8)`, its level being the low half of byte
/// `i / 2` for even `i`, the high half for odd `i`. Scales have bfloat16's precision and carry a
/// sign: the element of largest magnitude sits at level 0, so all 16 levels are in use.
struct NibbleMatrix: Sendable, Equatable {
    let rows: Int
    let columns: Int
    let group: Int
    let bytes: StoredBytes<UInt8>
    let scales: [Float]

    var groupsPerRow: Int { NibbleMatrix.groups(columns, group) }
    var bytesPerRow: Int { (columns + 1) / 2 }

    static func groups(_ columns: Int, _ group: Int) -> Int { (columns + group - 1) / group }

    /// Takes levels that were stored.
    init(rows: Int, columns: Int, group: Int, bytes: StoredBytes<UInt8>, scales: [Float]) {
        self.rows = rows
        self.columns = columns
        self.group = group
        self.bytes = bytes
        self.scales = scales
    }

    /// Quantizes a matrix, for every group with the scale of least squared error among a few.
    init(quantizing tensor: Tensor, group: Int, name: String) throws {
        let (rows, columns) = (tensor.rows, tensor.columns)
        let (groups, rowBytes) = (NibbleMatrix.groups(columns, group), (columns + 1) / 2)
        var bytes = [UInt8](repeating: 0x88, count: rows * rowBytes)
        var scales = [Float](repeating: 0, count: rows * groups)
        try tensor.withUnsafeBuffer { weights in
            for row in 0..<rows {
                let all = weights[row * columns..<(row + 1) * columns]
                _ = try largestMagnitude(all, tensor: name, row: row)
                for index in 0..<groups {
                    let first = index * group
                    let last = min(first + group, columns)
                    let values = Array(weights[row * columns + first..<row * columns + last])
                    let scale = NibbleMatrix.bestScale(values)
                    scales[row * groups + index] = scale
                    for (offset, value) in values.enumerated() {
                        let level = NibbleMatrix.level(value, scale)
                        let (byte, high) = (first + offset).quotientAndRemainder(dividingBy: 2)
                        let place = row * rowBytes + byte
                        let kept = bytes[place] & (high == 1 ? 0x0f : 0xf0)
                        bytes[place] = kept | (high == 1 ? level << 4 : level)
                    }
                }
            }
        }
        self.init(
            rows: rows, columns: columns, group: group, bytes: .made(bytes), scales: scales)
    }

    /// The float matrix that the levels stand for.
    func expanded() -> Tensor {
        let result = Tensor(zeros: [rows, columns])
        let bytes = bytes.array
        for row in 0..<rows {
            for column in 0..<columns {
                let byte = bytes[row * bytesPerRow + column / 2]
                let level = column.isMultiple(of: 2) ? byte & 15 : byte >> 4
                let scale = scales[row * groupsPerRow + column / group]
                result[row, column] = scale * Float(Int(level) - 8)
            }
        }
        return result
    }

    /// Level 0…15 of a value, round half to even.
    private static func level(_ value: Float, _ scale: Float) -> UInt8 {
        guard scale != 0 else { return 8 }
        return UInt8(min(max((value / scale).rounded(.toNearestOrEven) + 8, 0), 15))
    }

    /// Tries to let the value of largest magnitude sit at -8, or a little beyond or inside.
    private static func bestScale(_ values: [Float]) -> Float {
        let extreme = values.reduce(Float(0)) { abs($1) > abs($0) ? $1 : $0 }
        var best: (scale: Float, error: Float) = (0, .infinity)
        for reach: Float in [-8, -7.5, -8.5, -7, -9] {
            let scale = bfloat16(extreme / reach)
            let error = values.reduce(Float(0)) { sum, value in
                let difference = value - scale * Float(Int(level(value, scale)) - 8)
                return sum + difference * difference
            }
            if error < best.error { best = (scale, error) }
        }
        return best.scale
    }
}

/// Rounds to bfloat16's 8 significant bits, half to even; the value must be finite.
func bfloat16(_ value: Float) -> Float {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000
    return Float(bitPattern: rounded)
}
