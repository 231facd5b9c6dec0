import Compression
import Models
import Tensors

/// A dense layer `x · W + b` as MatMul takes it: W is `[inputs, outputs]`.
struct DenseWeights {
    /// The elements of W, row-major.
    enum Values {
        case floats([Float])
        /// With one scale per output.
        case codes([Int8], scales: [Float])
    }

    let inputs: Int
    let outputs: Int
    let values: Values
    let bias: [Float]

    /// The sum of every column of the codes: what a shift of all inputs by one adds.
    var columnSums: [Int32] {
        guard case .codes(let codes, _) = values else { return [] }
        var sums = [Int32](repeating: 0, count: outputs)
        for row in 0..<inputs {
            for column in 0..<outputs { sums[column] += Int32(codes[row * outputs + column]) }
        }
        return sums
    }
}

/// An embedding table, a row per id.
struct TableWeights {
    enum Values {
        case floats([Float])
        /// With a scale for every `group` columns of a row.
        case codes([Int8], scales: [Float], group: Int)
    }

    let rows: Int
    let columns: Int
    let values: Values
}

/// Where the weights of a graph come from, by the names of the float checkpoint.
protocol EncoderWeights {
    /// The dense layers `names`, one's outputs after the other's.
    func dense(_ names: [String]) throws -> DenseWeights
    func table(_ name: String) throws -> TableWeights
    func floats(_ name: String) throws -> Tensor
}

struct FloatWeights: EncoderWeights {
    let classifier: Classifier

    func dense(_ names: [String]) throws -> DenseWeights {
        let parts = names.map { classifier.parameters["\($0).weight"] }
        let outputs = parts.reduce(0) { $0 + $1.rows }
        return DenseWeights(
            inputs: parts[0].columns, outputs: outputs,
            values: .floats(transposed(parts.flatMap(\.values), columns: parts[0].columns)),
            bias: names.flatMap { classifier.parameters["\($0).bias"].values })
    }

    func table(_ name: String) throws -> TableWeights {
        let table = classifier.parameters[name]
        return TableWeights(
            rows: table.rows, columns: table.columns, values: .floats(table.values))
    }

    func floats(_ name: String) throws -> Tensor { classifier.parameters[name] }
}

struct IntegerWeights: EncoderWeights {
    let classifier: QuantizedClassifier

    func dense(_ names: [String]) throws -> DenseWeights {
        let parts = try names.map { try classifier.integers("\($0).weight") }
        let outputs = parts.reduce(0) { $0 + $1.rows }
        return DenseWeights(
            inputs: parts[0].columns, outputs: outputs,
            values: .codes(
                transposed(parts.flatMap(\.codes), columns: parts[0].columns),
                scales: parts.flatMap(\.scales)),
            bias: try names.flatMap { try classifier.floats("\($0).bias").values })
    }

    func table(_ name: String) throws -> TableWeights {
        let matrix = try classifier.integers(name)
        return TableWeights(
            rows: matrix.rows, columns: matrix.columns,
            values: .codes(matrix.codes, scales: matrix.scales, group: matrix.group))
    }

    func floats(_ name: String) throws -> Tensor { try classifier.floats(name) }
}

/// Rows of a matrix as columns.
private func transposed<Element>(_ values: [Element], columns: Int) -> [Element] {
    let rows = values.count / max(1, columns)
    return [Element](unsafeUninitializedCapacity: values.count) { result, count in
        for row in 0..<rows {
            for column in 0..<columns {
                (result.baseAddress.map { $0 + (column * rows + row) })?
                    .initialize(to: values[row * columns + column])
            }
        }
        count = rows * columns
    }
}
