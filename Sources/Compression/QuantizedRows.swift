import CIntegerKernels
import Tensors

/// Activations as unsigned bytes with a scale and a zero point per token, ready for a product.
struct QuantizedRows: Sendable {
    let rows: Int
    let depth: Int
    /// Bytes from one row to the next: the depth rounded up to 4.
    let stride: Int
    /// Bytes of all rows, then their scales, then their zero points.
    private let memory: Tensor

    /// Quantizes `[rows, depth]`; see `nlp_int8_quantize_rows` for the arithmetic.
    init(_ x: Tensor, compute: Compute) {
        let (rows, depth) = (x.rows, x.columns)
        let stride = (depth + 3) / 4 * 4
        let memory = compute.scratch([rows * stride / 4 + 2 * rows])
        self.rows = rows
        self.depth = depth
        self.stride = stride
        self.memory = memory
        let block = compute.threads == 1 ? max(rows, 1) : 64
        compute.forEach((rows + block - 1) / block) { index in
            let first = index * block
            let count = min(block, rows - first)
            x.withUnsafeBuffer { x in
                QuantizedRows.withParts(memory, rows, stride) { bytes, scales, zeros in
                    guard let values = x.baseAddress else { return }
                    nlp_int8_quantize_rows(
                        nlp_int8_chosen(), values + first * depth, Int32(count), Int32(depth),
                        bytes + first * stride, Int32(stride), scales + first, zeros + first)
                }
            }
        }
    }

    /// Calls `body` with the bytes, scales and zero points.
    func withParts(
        _ body: (UnsafePointer<UInt8>, UnsafePointer<Float>, UnsafePointer<Int32>) -> Void
    ) {
        QuantizedRows.withParts(memory, rows, stride) { body($0, $1, $2) }
    }

    private static func withParts(
        _ memory: Tensor, _ rows: Int, _ stride: Int,
        _ body: (
            UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Int32>
        ) -> Void
    ) {
        memory.withUnsafeMutableBuffer { memory in
            guard let base = memory.baseAddress else { return }
            let scales = base + rows * stride / 4
            base.withMemoryRebound(to: UInt8.self, capacity: rows * stride) { bytes in
                (scales + rows).withMemoryRebound(to: Int32.self, capacity: rows) { zeros in
                    body(bytes, scales, zeros)
                }
            }
        }
    }
}
