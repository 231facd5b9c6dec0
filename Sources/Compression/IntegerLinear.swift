import CIntegerKernels

/// A dense layer `x · Wᵀ + b` whose products and sums are integers: INT8 weights, packed once.
///
/// Several matrices of equal depth can stand one below the other, such as query, key and value:
/// their outputs come side by side from one product.
struct IntegerLinear: @unchecked Sendable {
    /// Columns of the result.
    var outputs: Int { Int(dense.outputs) }
    /// Columns of the input.
    var depth: Int { Int(dense.depth) }
    /// The layer as the kernels see it; its memory lies in `arena`.
    let dense: nlp_int8_dense
    private let arena: Arena

    /// Weights of one or more matrices, with one bias value per row.
    typealias Parts = [(weights: ByteMatrix, bias: [Float])]

    /// Largest depth at which no sum can leave 32 bits.
    static let maximumDepth = Int(NLP_INT8_MAX_DEPTH)

    /// Packs weights into `arena`; matrices have equal depths and are not empty.
    init(_ parts: Parts, path: nlp_int8_path, arena: Arena) {
        let depth = parts.first?.weights.columns ?? 0
        let outputs = parts.reduce(0) { $0 + $1.weights.rows }
        precondition(parts.allSatisfy { $0.weights.columns == depth && $0.weights.rows > 0 })
        precondition(parts.allSatisfy { $0.bias.count == $0.weights.rows })
        precondition(depth <= IntegerLinear.maximumDepth)
        let padded = roundedUp(outputs, to: 16)
        let packed = arena.take(
            nlp_int8_packed_size(Int32(outputs), Int32(depth)), of: Int8.self)
        let sums = arena.take(padded, of: Int32.self)
        IntegerLinear.withRows(of: parts) { rows in
            guard let rows = rows.baseAddress else { return }
            nlp_int8_pack(path, rows, 0, Int32(outputs), Int32(depth), packed, sums)
        }
        let scales = arena.take(padded, of: Float.self)
        let bias = arena.take(padded, of: Float.self)
        var first = 0
        for part in parts {
            (scales + first).update(from: part.weights.scales, count: part.weights.rows)
            (bias + first).update(from: part.bias, count: part.weights.rows)
            first += part.weights.rows
        }
        dense = nlp_int8_dense(
            packed: packed, sums: sums, scales: scales, bias: bias, outputs: Int32(outputs),
            depth: Int32(depth))
        self.arena = arena
    }

    /// Sizes of what `init` takes from the arena.
    static func byteCounts(outputs: Int, depth: Int) -> [Int] {
        let vector = 4 * roundedUp(outputs, to: 16)
        return [nlp_int8_packed_size(Int32(outputs), Int32(depth)), vector, vector, vector]
    }

    /// Calls `body` with the rows of all parts, one below the other.
    private static func withRows(
        of parts: Parts, _ body: (UnsafeBufferPointer<Int8>) -> Void
    ) {
        if parts.count == 1 { return parts[0].weights.values.withElements(body) }
        let count = parts.reduce(0) { $0 + $1.weights.values.count }
        let rows = [Int8](unsafeUninitializedCapacity: count) { rows, initialized in
            for part in parts {
                if let base = rows.baseAddress {
                    part.weights.values.copy(to: base + initialized)
                }
                initialized += part.weights.values.count
            }
        }
        rows.withUnsafeBufferPointer(body)
    }
}

func roundedUp(_ value: Int, to multiple: Int) -> Int {
    (value + multiple - 1) / multiple * multiple
}

extension Arena {
    /// Values padded with zeros to a multiple of 16.
    func padded(_ values: [Float]) -> UnsafePointer<Float> {
        let result = take(roundedUp(values.count, to: 16), of: Float.self)
        result.update(from: values, count: values.count)
        return UnsafePointer(result)
    }
}
