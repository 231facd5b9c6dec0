import CIntegerKernels
import Tensors

extension Compute {
    /// What the integer kernels make of rows that a dense layer reads: each through 8 bits with a
    /// scale and a zero point of its own.
    ///
    /// The levels are the kernels' own. The result has the input's shape.
    func throughBytes(_ x: Tensor) -> Tensor {
        let result = scratch(x.shape)
        let depth = x.columns
        let padded = roundedUp(max(depth, 1), to: 64)
        forEach(x.rows) { row in
            let (source, target) = (x.row(row), result.row(row))
            withUnsafeTemporaryAllocation(of: Float.self, capacity: padded) { floats in
                withUnsafeTemporaryAllocation(byteCount: padded, alignment: 64) { bytes in
                    guard let floats = floats.baseAddress, let base = bytes.baseAddress else {
                        return
                    }
                    let levels = base.bindMemory(to: UInt8.self, capacity: padded)
                    source.withUnsafeBuffer { source in
                        floats.update(repeating: 0, count: padded)
                        if let from = source.baseAddress { floats.update(from: from, count: depth) }
                    }
                    var (scale, zero) = (Float(0), Int32(0))
                    withUnsafeMutablePointer(to: &scale) { scale in
                        withUnsafeMutablePointer(to: &zero) { zero in
                            nlp_int8_quantize(
                                nlp_int8_chosen(), floats, padded, 1,
                                nlp_int8_rows(
                                    bytes: levels, scales: scale, zeros: zero,
                                    depth: Int32(depth), stride: Int32(padded)))
                        }
                    }
                    target.withUnsafeMutableBuffer { target in
                        for column in target.indices {
                            target[column] = scale * Float(Int32(levels[column]) - zero)
                        }
                    }
                }
            }
        }
        return result
    }
}
