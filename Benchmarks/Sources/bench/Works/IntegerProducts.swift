import CIntegerKernels

/// The encoder's products in INT8, requantization and bias included.
struct IntegerProducts {
    private final class Operands {
        let q: [UInt8], scales: [Float], zeros: [Int32], bias: [Float]
        var sums: [Int32]
        let packed: UnsafeMutableRawBufferPointer
        var out: [Float]

        init(_ shape: ProductWork.Shape) {
            q = (0..<shape.rows * shape.depth).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            scales = Array(repeating: 0.01, count: max(shape.rows, shape.outputs))
            zeros = Array(repeating: 120, count: shape.rows)
            bias = Array(repeating: 0.5, count: shape.outputs)
            sums = Array(repeating: 0, count: shape.outputs)
            out = Array(repeating: 0, count: shape.rows * shape.outputs)
            let weights = (0..<shape.outputs * shape.depth).map { Int8($0 &* 17 % 255 - 127) }
            packed = .allocate(
                byteCount: nlp_int8_packed_size(Int32(shape.outputs), Int32(shape.depth)),
                alignment: 64)
            nlp_int8_pack(
                weights, Int32(shape.outputs), Int32(shape.depth),
                packed.baseAddress?.assumingMemoryBound(to: Int8.self), &sums)
        }

        deinit { packed.deallocate() }
    }

    private let shapes = ProductWork.Shape.encoder
    private let operands: [Operands]

    init() { operands = shapes.map(Operands.init) }

    /// The rate on the path that nlpipe chose.
    func measure() -> [String: Double] {
        let path = nlp_int8_chosen()
        let result = rate(shapes) { index in
            let o = operands[index], shape = shapes[index]
            nlp_int8_gemm(
                path, o.q, Int32(shape.depth), o.scales, o.zeros, Int32(shape.rows),
                o.packed.baseAddress?.assumingMemoryBound(to: Int8.self), o.sums, o.scales, o.bias,
                Int32(shape.outputs), Int32(shape.depth), 0, Int32((shape.outputs + 15) / 16),
                &o.out, Int32(shape.outputs))
        }
        return ["nlpipe int8": result]
    }
}
