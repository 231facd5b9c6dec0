import Tensors

/// The levels that the weights of one matrix may take: for each row a scale, for each group of a
/// row a whole multiple of it, for each weight a code.
struct RowGrid: Sendable {
    let name: String
    let columns: Int
    /// The matrix' rows among those of all matrices.
    let rows: Range<Int>
    private let scales: [Float]
    /// Multipliers of 4-bit groups; empty for 8 bits, where a row is one group.
    private let multipliers: [UInt8]
    private let group: Int
    private let codes: ClosedRange<Float>

    /// The grid of a stored matrix.
    init(_ name: String, _ matrix: StoredMatrix, firstRow: Int) {
        self.name = name
        switch matrix {
        case .bytes(let bytes):
            (columns, scales, multipliers) = (bytes.columns, bytes.scales, [])
            (group, codes) = (max(1, bytes.columns), -127...127)
        case .grouped(let grouped):
            (columns, scales) = (grouped.columns, grouped.scales)
            (multipliers, group, codes) = (grouped.multipliers, grouped.group, -8...7)
        }
        rows = firstRow..<firstRow + scales.count
    }

    /// The groups of a row, whose scale has this factor.
    func groups(of row: Int, factor: Float) -> some Sequence<Group> {
        let scale = scales[row] * factor
        let count = NibbleMatrix.groups(columns, group)
        return (0..<count).lazy.map { index in
            let first = row * columns + index * group
            let multiplier =
                multipliers.isEmpty ? 1 : Float(multipliers[row * count + index])
            return Group(
                scale: scale, multiplier: multiplier,
                places: first..<min(first + group, (row + 1) * columns), codes: codes)
        }
    }

    /// Weights of this grid as they are stored.
    func stored(_ weights: Tensor, factors: [Float]) -> StoredMatrix {
        var found = [Int8](repeating: 0, count: weights.count)
        weights.withUnsafeBuffer { weights in
            for (row, factor) in factors.enumerated() {
                for group in groups(of: row, factor: factor) {
                    for place in group.places { found[place] = Int8(group.code(weights[place])) }
                }
            }
        }
        let scales = zip(scales, factors).map { $0 * $1 }
        guard !multipliers.isEmpty else {
            return .bytes(
                ByteMatrix(
                    rows: rows.count, columns: columns, values: .made(found), scales: scales))
        }
        return .grouped(
            GroupedMatrix(
                rows: rows.count, columns: columns, group: group, codes: .made(found),
                multipliers: multipliers, scales: scales))
    }

    /// Weights that share a step.
    struct Group {
        let scale: Float
        let multiplier: Float
        /// Where they lie in the matrix.
        let places: Range<Int>
        let codes: ClosedRange<Float>

        /// The distance of two levels.
        private var step: Float { scale * multiplier }

        /// The code of a weight, a whole number; halves to even.
        ///
        /// 0 where the step is 0.
        func code(_ weight: Float) -> Float {
            let step = step
            guard step > 0 else { return 0 }
            // Adding 1.5 · 2²³ leaves no bits behind the point: this rounds without a call.
            let shift: Float = 0x1.8p23
            return (min(max(weight / step, codes.lowerBound), codes.upperBound) + shift) - shift
        }

        /// The weight that a code stands for, with the bits that a stored matrix gives.
        func value(_ code: Float) -> Float { scale * (multiplier * code) }

        /// Makes the gradient by rounded weights that by the weights, in place, and returns the one
        /// by the row's scale.
        ///
        /// By the step s it is `q − w/s` within the levels and the last level beyond them.
        func pullBack(
            _ gradient: UnsafeMutableBufferPointer<Float>, weights: UnsafeBufferPointer<Float>
        ) -> Double {
            let step = step
            guard step > 0 else {
                for place in places { gradient[place] = 0 }
                return 0
            }
            var sum = 0.0
            for place in places {
                let weight = weights[place]
                guard weight != 0 else {
                    gradient[place] = 0
                    continue
                }
                let level = weight / step
                if level < codes.lowerBound {
                    sum += Double(gradient[place] * codes.lowerBound)
                    gradient[place] = 0
                } else if level > codes.upperBound {
                    sum += Double(gradient[place] * codes.upperBound)
                    gradient[place] = 0
                } else {
                    sum += Double(gradient[place] * (code(weight) - level))
                }
            }
            return sum * Double(multiplier)
        }
    }
}
