import CIntegerKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A dense layer `x · Wᵀ + b` whose products and sums are integers: INT8 weights, packed once.
///
/// Several matrices of equal depth can stand one below the other, such as query, key and value:
/// their outputs come side by side from one product.
struct IntegerLinear: @unchecked Sendable {
    /// Columns of the result.
    var outputs: Int { Int(dense.outputs) }
    /// Columns of the input.
    var depth: Int { Int(dense.depth) }
    /// The layer as the kernels see it; its memory lies in `slab`.
    let dense: nlp_int8_dense
    private let slab: Slab

    /// Weights of one or more matrices, with one bias value per row.
    typealias Parts = [(weights: ByteMatrix, bias: [Float])]

    /// Largest depth at which no sum can leave 32 bits.
    static let maximumDepth = Int(NLP_INT8_MAX_DEPTH)

    /// Packs weights into `slab`.
    ///
    /// Matrices have equal depths and are not empty. Throws `ForbiddenByte`.
    init(_ parts: Parts, path: nlp_int8_path, slab: Slab) throws {
        let depth = parts.first?.weights.columns ?? 0
        let outputs = parts.reduce(0) { $0 + $1.weights.rows }
        precondition(parts.allSatisfy { $0.weights.columns == depth && $0.weights.rows > 0 })
        precondition(parts.allSatisfy { $0.bias.count == $0.weights.rows })
        precondition(depth <= IntegerLinear.maximumDepth)
        let padded = roundedUp(outputs, to: 16)
        let packed = slab.take(
            nlp_int8_packed_size(Int32(outputs), Int32(depth)), of: Int8.self)
        let sums = slab.take(padded, of: Int32.self)
        try IntegerLinear.eachPanel(of: parts, depth: depth) { rows, panel in
            nlp_int8_pack(
                path, rows, Int32(panel.lowerBound), Int32(panel.upperBound), Int32(depth), packed,
                sums)
        }
        let scales = slab.take(padded, of: Float.self)
        let bias = slab.take(padded, of: Float.self)
        var first = 0
        for part in parts {
            (scales + first).update(from: part.weights.scales, count: part.weights.rows)
            (bias + first).update(from: part.bias, count: part.weights.rows)
            first += part.weights.rows
        }
        dense = nlp_int8_dense(
            packed: packed, sums: sums, scales: scales, bias: bias, outputs: Int32(outputs),
            depth: Int32(depth))
        self.slab = slab
    }

    /// Sizes of what `init` takes from the slab.
    static func byteCounts(outputs: Int, depth: Int) -> [Int] {
        let vector = 4 * roundedUp(outputs, to: 16)
        return [nlp_int8_packed_size(Int32(outputs), Int32(depth)), vector, vector, vector]
    }

    /// Calls `body` with the rows of all parts, one below the other and 16 at a time: so few stay in
    /// the fastest cache between being read, being checked and being packed.
    private static func eachPanel(
        of parts: Parts, depth: Int, _ body: (UnsafePointer<Int8>, Range<Int>) -> Void
    ) throws {
        let outputs = parts.reduce(0) { $0 + $1.weights.rows }
        var readers = parts.map { RowReader($0.weights.values, columns: depth) }
        var (part, left) = (0, parts.first?.weights.rows ?? 0)
        try withUnsafeTemporaryAllocation(of: Int8.self, capacity: 16 * depth) { rows in
            guard let base = rows.baseAddress else { return }
            for first in stride(from: 0, to: outputs, by: 16) {
                let count = min(16, outputs - first)
                var filled = 0
                while filled < count {
                    if left == 0 {
                        part += 1
                        left = parts[part].weights.rows
                    }
                    let now = min(left, count - filled)
                    let target = base + filled * depth
                    readers[part].copy(now, to: target)
                    if memchr(target, 0x80, now * depth) != nil { throw ForbiddenByte(part: part) }
                    (filled, left) = (filled + now, left - now)
                }
                body(base, first..<first + count)
            }
        }
    }
}

/// A weight is -128, which no symmetric scale has.
struct ForbiddenByte: Error {
    /// The number of its matrix.
    let part: Int
}

func roundedUp(_ value: Int, to multiple: Int) -> Int {
    (value + multiple - 1) / multiple * multiple
}

extension Slab {
    /// Values padded with zeros to a multiple of 16.
    func padded(_ values: [Float]) -> UnsafePointer<Float> {
        let result = take(roundedUp(values.count, to: 16), of: Float.self)
        result.update(from: values, count: values.count)
        return UnsafePointer(result)
    }
}
