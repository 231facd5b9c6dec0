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

    /// Writes rows `ids` as float32 to `out`, or adds them, one every `stride` floats; ids must be
    /// below `rows`.
    func gather(
        _ ids: some Collection<Int32>, adding: Bool, path: nlp_int8_path,
        to out: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let (rows, columns, add) = (rows, Int32(columns), Int32(adding ? 1 : 0))
        var out = out
        switch self {
        case .bytes(let matrix):
            matrix.values.withElements { values in
                guard let base = values.baseAddress else { return }
                for id in ids.lazy.map(Int.init) {
                    precondition(id >= 0 && id < rows, "an id outside the table")
                    nlp_int8_expand(
                        path, base + id * matrix.columns, matrix.scales[id], columns, add, out)
                    out += stride
                }
            }
        case .nibbles(let matrix):
            matrix.bytes.withElements { bytes in
                matrix.scales.withUnsafeBufferPointer { scales in
                    guard let base = bytes.baseAddress, let scale = scales.baseAddress else {
                        return
                    }
                    for id in ids.lazy.map(Int.init) {
                        precondition(id >= 0 && id < rows, "an id outside the table")
                        nlp_int4_expand(
                            path, base + id * matrix.bytesPerRow, scale + id * matrix.groupsPerRow,
                            Int32(matrix.group), columns, add, out)
                        out += stride
                    }
                }
            }
        }
    }
}
