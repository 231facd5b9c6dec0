import CIntegerKernels
import Tensors

/// A dense layer `x · Wᵀ + b` whose products and sums are integers: INT8 weights, packed once.
///
/// Several matrices of equal depth can stand one below the other, such as query, key and value:
/// their outputs come side by side from one product.
final class IntegerLinear: @unchecked Sendable {
    /// Columns of the result.
    let outputs: Int
    let depth: Int
    private let packed: UnsafeMutableRawPointer
    private let sums: [Int32]
    private let scales: [Float]
    private let bias: [Float]

    /// Largest depth at which no sum can leave 32 bits.
    static let maximumDepth = Int(NLP_INT8_MAX_DEPTH)

    /// Packs weights; matrices have one bias value per row, equal depths and are not empty.
    init(_ parts: [(weights: ByteMatrix, bias: [Float])]) {
        let depth = parts.first?.weights.columns ?? 0
        let outputs = parts.reduce(0) { $0 + $1.weights.rows }
        precondition(parts.allSatisfy { $0.weights.columns == depth && $0.weights.rows > 0 })
        precondition(parts.allSatisfy { $0.bias.count == $0.weights.rows })
        precondition(depth <= IntegerLinear.maximumDepth)
        let values = parts.flatMap(\.weights.values.array)
        let size = nlp_int8_packed_size(Int32(outputs), Int32(depth))
        packed = .allocate(byteCount: max(size, 64), alignment: 64)
        let bytes = packed.bindMemory(to: Int8.self, capacity: size)
        var sums = [Int32](repeating: 0, count: (outputs + 15) / 16 * 16)
        nlp_int8_pack(values, Int32(outputs), Int32(depth), bytes, &sums)
        let padding = [Float](repeating: 0, count: sums.count - outputs)
        self.sums = sums
        scales = parts.flatMap(\.weights.scales) + padding
        bias = parts.flatMap(\.bias) + padding
        self.outputs = outputs
        self.depth = depth
    }

    deinit { packed.deallocate() }

    /// Computes `[rows, outputs]` in float32; `x` must have this layer's depth.
    func callAsFunction(_ x: QuantizedRows, compute: Compute) -> Tensor {
        precondition(x.depth == depth, "\(x.depth) columns for a layer of depth \(depth)")
        let result = compute.scratch([x.rows, outputs])
        let panels = sums.count / 16
        // Sums are exact, so pieces may follow the number of threads without changing a bit.
        let rowBlock = compute.threads == 1 ? max(x.rows, 1) : 96
        let rowBlocks = (x.rows + rowBlock - 1) / rowBlock
        let wanted = compute.threads == 1 || rowBlocks >= 4 * compute.threads ? 1 : 4
        let panelBlock = max((panels + 4 * wanted - 1) / (4 * wanted) * 4, 1)
        let panelBlocks = (panels + panelBlock - 1) / panelBlock
        compute.forEach(rowBlocks * panelBlocks) { piece in
            let rows = piece / panelBlocks * rowBlock
            let first = piece % panelBlocks * panelBlock
            multiply(
                x, rows: rows..<min(rows + rowBlock, x.rows),
                panels: first..<min(first + panelBlock, panels), into: result)
        }
        return result
    }

    private func multiply(
        _ x: QuantizedRows, rows: Range<Int>, panels: Range<Int>, into result: Tensor
    ) {
        let first = rows.lowerBound
        x.withParts { bytes, rowScales, zeros in
            result.withUnsafeMutableBuffer { result in
                guard let out = result.baseAddress else { return }
                nlp_int8_gemm(
                    nlp_int8_chosen(), bytes + first * x.stride, Int32(x.stride),
                    rowScales + first, zeros + first, Int32(rows.count),
                    packed.assumingMemoryBound(to: Int8.self), sums, scales, bias, Int32(outputs),
                    Int32(depth), Int32(panels.lowerBound), Int32(panels.upperBound),
                    out + first * outputs, Int32(outputs))
            }
        }
    }
}
