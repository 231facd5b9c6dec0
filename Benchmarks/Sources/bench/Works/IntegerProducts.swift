import CIntegerKernels

/// The encoder's products in INT8, scales and bias included.
struct IntegerProducts {
    /// One product's weights, activations and result, in the alignment that the kernels want.
    private final class Operands {
        let shape: ProductWork.Shape
        let scratch: UnsafeMutableRawPointer
        private let bytes: UnsafeMutableRawPointer, packed: UnsafeMutableRawPointer
        private let scales: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>
        private let zeros: UnsafeMutablePointer<Int32>, sums: UnsafeMutablePointer<Int32>
        let out: UnsafeMutablePointer<Float>

        init(_ shape: ProductWork.Shape, _ path: nlp_int8_path) {
            self.shape = shape
            let (rows, outputs, depth) = (shape.rows, shape.outputs, shape.depth)
            func raw(_ count: Int) -> UnsafeMutableRawPointer {
                .allocate(byteCount: count, alignment: 64)
            }
            bytes = raw(rows * depth)
            for place in 0..<rows * depth {
                bytes.storeBytes(
                    of: UInt8(truncatingIfNeeded: place &* 31), toByteOffset: place, as: UInt8.self)
            }
            packed = raw(nlp_int8_packed_size(Int32(outputs), Int32(depth)))
            scales = .allocate(capacity: max(rows, outputs))
            scales.initialize(repeating: 0.01, count: max(rows, outputs))
            bias = .allocate(capacity: outputs)
            bias.initialize(repeating: 0.5, count: outputs)
            zeros = .allocate(capacity: rows)
            zeros.initialize(repeating: 120, count: rows)
            sums = .allocate(capacity: outputs)
            sums.initialize(repeating: 0, count: outputs)
            out = .allocate(capacity: rows * outputs)
            out.initialize(repeating: 0, count: rows * outputs)
            scratch = raw(
                nlp_int8_scratch_size(
                    Int32(rows), Int32(depth), Int32(outputs), 64, Int32(outputs)))
            let weights = (0..<outputs * depth).map { Int8($0 &* 17 % 255 - 127) }
            nlp_int8_pack(
                path, weights, 0, Int32(outputs), Int32(depth),
                packed.assumingMemoryBound(to: Int8.self), sums)
        }

        deinit {
            for pointer in [bytes, packed, scratch] { pointer.deallocate() }
            for pointer in [scales, bias, out] { pointer.deallocate() }
            for pointer in [zeros, sums] { pointer.deallocate() }
        }

        var weights: nlp_int8_dense {
            nlp_int8_dense(
                packed: packed.assumingMemoryBound(to: Int8.self), sums: sums, scales: scales,
                bias: bias, outputs: Int32(shape.outputs), depth: Int32(shape.depth))
        }

        var rows: nlp_int8_rows {
            nlp_int8_rows(
                bytes: bytes.assumingMemoryBound(to: UInt8.self), scales: scales, zeros: zeros,
                depth: Int32(shape.depth), stride: Int32(shape.depth))
        }
    }

    private let path = nlp_int8_chosen()
    private let operands: [Operands]

    init() {
        let path = path
        operands = ProductWork.Shape.encoder.map { Operands($0, path) }
    }

    /// The rate on the path that nlpipe chose.
    func measure() -> [String: Double] {
        let result = rate(operands.map(\.shape)) { index in
            let one = operands[index]
            var weights = one.weights
            nlp_int8_dense_float(
                path, &weights, one.rows, Int32(one.shape.rows), one.out, one.shape.outputs,
                one.scratch)
        }
        return ["nlpipe int8": result]
    }
}
