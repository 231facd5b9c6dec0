import CIntegerKernels
import Tensors

/// An embedding table in 8 or 4 bits, expanded row by row as ids come.
enum QuantizedTable: Sendable, Equatable {
    case bytes(ByteMatrix)
    case nibbles(NibbleMatrix)

    /// Quantizes a table `[rows, columns]`.
    init(quantizing tensor: Tensor, options: QuantizationOptions, name: String) throws {
        self =
            options.embeddingBits == 8
            ? .bytes(try ByteMatrix(quantizing: tensor, name: name))
            : .nibbles(
                try NibbleMatrix(quantizing: tensor, group: options.embeddingGroup, name: name))
    }

    var rows: Int {
        switch self {
        case .bytes(let matrix): matrix.rows
        case .nibbles(let matrix): matrix.rows
        }
    }

    var columns: Int {
        switch self {
        case .bytes(let matrix): matrix.columns
        case .nibbles(let matrix): matrix.columns
        }
    }

    /// The float table that the integers stand for.
    func expanded() -> Tensor {
        switch self {
        case .bytes(let matrix): matrix.expanded()
        case .nibbles(let matrix): matrix.expanded()
        }
    }

    /// Rows `ids` as float32, `[ids.count, columns]`; ids must be below `rows`.
    func gather(_ ids: [Int32], compute: Compute) -> Tensor {
        precondition(ids.allSatisfy { $0 >= 0 && $0 < rows }, "an id outside the table")
        let result = compute.scratch([ids.count, columns])
        result.withUnsafeMutableBuffer { result in
            guard let out = result.baseAddress else { return }
            for (index, id) in ids.enumerated() { expand(row: Int(id), to: out + index * columns) }
        }
        return result
    }

    private func expand(row: Int, to out: UnsafeMutablePointer<Float>) {
        switch self {
        case .bytes(let matrix):
            matrix.values.withElements { values in
                guard let base = values.baseAddress else { return }
                nlp_int8_expand_row(
                    base + row * matrix.columns, matrix.scales[row], Int32(matrix.columns), out)
            }
        case .nibbles(let matrix):
            matrix.bytes.withElements { bytes in
                matrix.scales.withUnsafeBufferPointer { scales in
                    guard let base = bytes.baseAddress, let scale = scales.baseAddress else {
                        return
                    }
                    nlp_int4_expand_row(
                        base + row * matrix.bytesPerRow, scale + row * matrix.groupsPerRow,
                        Int32(matrix.group), Int32(matrix.columns), out)
                }
            }
        }
    }
}
