/// A matrix of 4-bit codes whose steps are whole multiples of one scale per row:
/// `x ≈ scale[row] · (multiplier[row, column / group] · code[row, column])`.
///
/// Codes are -8…7 and multipliers 0…15, so every product is within -120…112 and the matrix is
/// exactly a `ByteMatrix`: what runs in 8 bits runs this too. Two levels of steps are those of
/// progressive quantization (Lin et al., QServe, arXiv:2405.04532).
struct GroupedMatrix: Sendable, Equatable {
    /// The largest multiplier; with the largest code it stays within a byte.
    static let largestMultiplier = 15

    let rows: Int
    let columns: Int
    /// Consecutive elements of a row that share a multiplier; the last group may be shorter.
    let group: Int
    let codes: GroupedCodes
    /// One for every group of every row.
    let multipliers: [UInt8]
    let scales: [Float]

    var groupsPerRow: Int { NibbleMatrix.groups(columns, group) }

    /// The bytes that the codes stand for, exactly.
    var bytes: ByteMatrix {
        var values = codes.values
        let (columns, group, groups) = (columns, group, groupsPerRow)
        values.withUnsafeMutableBufferPointer { values in
            multipliers.withUnsafeBufferPointer { multipliers in
                for row in 0..<rows {
                    for index in 0..<groups {
                        let factor = Int8(truncatingIfNeeded: multipliers[row * groups + index])
                        let first = row * columns + index * group
                        let end = min(first + group, (row + 1) * columns)
                        for place in first..<end { values[place] &*= factor }
                    }
                }
            }
        }
        return ByteMatrix(rows: rows, columns: columns, values: .made(values), scales: scales)
    }
}

/// A matrix of the encoder as it is stored.
enum StoredMatrix: Sendable, Equatable {
    case bytes(ByteMatrix)
    case grouped(GroupedMatrix)

    /// What the kernels are given.
    var bytes: ByteMatrix {
        switch self {
        case .bytes(let matrix): matrix
        case .grouped(let matrix): matrix.bytes
        }
    }
}
