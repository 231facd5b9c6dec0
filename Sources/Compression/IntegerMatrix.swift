public import Models
public import Tensors

/// A stored matrix as plain numbers: `x[row, column] ≈ scale · code`.
public struct IntegerMatrix: Sendable, Equatable {
    /// Outputs of a dense layer, or entries of a table.
    public let rows: Int
    /// Inputs of a dense layer, or the width of an entry.
    public let columns: Int
    /// Row-major; -127…127, or -8…7 where the weights have 4 bits.
    public let codes: [Int8]
    /// Row after row, one for every `group` columns; the last group of a row may be shorter.
    public let scales: [Float]
    /// Columns that share a scale; all of a row's where the weights have 8 bits.
    public let group: Int
}

extension QuantizedClassifier {
    /// A matrix that is stored as integers, by the name of the float checkpoint; throws
    /// `CompressionError.mismatch` where there is none.
    ///
    /// Dense layers of 4 bits come as the bytes that they stand for.
    public func integers(_ name: String) throws -> IntegerMatrix {
        guard name == WeightLayout.words else { return IntegerMatrix(try weights.matrix(name)) }
        switch weights.table {
        case .bytes(let matrix): return IntegerMatrix(matrix)
        case .nibbles(let matrix): return IntegerMatrix(matrix)
        }
    }

    /// A parameter that is stored in float32; throws `CompressionError.mismatch` where there is none.
    public func floats(_ name: String) throws -> Tensor { try weights.float(name) }

    /// The float classifier that the integers stand for.
    public func expanded() throws -> Classifier {
        let parameters = Parameters(config: config, classes: labels.count)
        for name in parameters.names {
            let values: Tensor
            if name == WeightLayout.words {
                values = weights.table.expanded()
            } else if let matrix = weights.matrices[name] {
                values = matrix.bytes.expanded()
            } else {
                values = try weights.float(name)
            }
            parameters[name].assign(values)
        }
        return try Classifier(
            config: config, pooling: pooling, labels: labels, parameters: parameters)
    }
}

extension IntegerMatrix {
    init(_ matrix: ByteMatrix) {
        self.init(
            rows: matrix.rows, columns: matrix.columns, codes: matrix.values.array,
            scales: matrix.scales, group: max(1, matrix.columns))
    }

    init(_ matrix: NibbleMatrix) {
        let bytes = matrix.bytes.array
        var codes: [Int8] = []
        codes.reserveCapacity(matrix.rows * matrix.columns)
        for row in 0..<matrix.rows {
            for column in 0..<matrix.columns {
                let byte = bytes[row * matrix.bytesPerRow + column / 2]
                codes.append(Int8(column.isMultiple(of: 2) ? byte & 15 : byte >> 4) - 8)
            }
        }
        self.init(
            rows: matrix.rows, columns: matrix.columns, codes: codes, scales: matrix.scales,
            group: matrix.group)
    }
}
