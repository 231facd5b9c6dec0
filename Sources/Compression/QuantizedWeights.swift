import Models
import Tensors

/// All weights of a quantized classifier as they are stored, by the names of the float checkpoint.
struct QuantizedWeights: Sendable {
    let config: EncoderConfig
    let pooling: Pooling
    let labels: [String]
    let options: QuantizationOptions
    /// Word embeddings.
    var table: QuantizedTable
    /// Position embeddings and dense layers.
    var matrices: [String: StoredMatrix]
    /// Everything else.
    var floats: [String: Tensor]

    /// Quantizes every parameter of `classifier` by its role, weights of 4 bits by `rounding`.
    init(
        quantizing classifier: Classifier, options: QuantizationOptions,
        rounding: CompensatedRounding? = nil
    ) throws {
        var rounding = rounding
        try options.validate()
        (config, pooling) = (classifier.config, classifier.pooling)
        labels = classifier.labels
        self.options = options
        let parameters = classifier.parameters
        let layout = WeightLayout(config, classes: labels.count)
        table = try QuantizedTable(
            quantizing: parameters[WeightLayout.words], options: options, name: WeightLayout.words)
        (matrices, floats) = ([:], [:])
        for entry in layout.entries {
            guard parameters.has(entry.name), parameters.shape(of: entry.name) == entry.shape else {
                throw CompressionError.mismatch(
                    "weights and configuration", expected: "'\(entry.name)' of \(entry.shape)",
                    found: parameters.has(entry.name)
                        ? "\(parameters.shape(of: entry.name))" : "no such parameter")
            }
            let weights = parameters[entry.name]
            switch entry.role {
            case .table: break
            case .matrix where options.bits(of: entry.name) == 4:
                let group = options.weightGroup
                matrices[entry.name] = .grouped(
                    try rounding?(weights, group: group, name: entry.name)
                        ?? GroupedMatrix(quantizing: weights, group: group, name: entry.name))
            case .matrix, .positions:
                matrices[entry.name] = .bytes(
                    try ByteMatrix(quantizing: weights, name: entry.name))
            case .float: floats[entry.name] = weights.copy()
            }
        }
    }

    /// Takes stored weights, which the reader has checked.
    init(
        config: EncoderConfig, pooling: Pooling, labels: [String], options: QuantizationOptions,
        table: QuantizedTable, matrices: [String: StoredMatrix], floats: [String: Tensor]
    ) {
        self.config = config
        self.pooling = pooling
        self.labels = labels
        self.options = options
        self.table = table
        self.matrices = matrices
        self.floats = floats
    }

    /// A matrix that the layout demands, in the bytes that the kernels are given.
    func matrix(_ name: String) throws -> ByteMatrix { try stored(name).bytes }

    /// A matrix that the layout demands, as it is stored.
    func stored(_ name: String) throws -> StoredMatrix {
        guard let matrix = matrices[name] else { throw missing(name) }
        return matrix
    }

    /// A float parameter that the layout demands.
    func float(_ name: String) throws -> Tensor {
        guard let tensor = floats[name] else { throw missing(name) }
        return tensor
    }

    /// Throws where a dense layer is so deep that its integer sums could overflow.
    func checkDepths() throws {
        for layer in config.layers.indices {
            let shape = config.layers[layer]
            let depth = max(config.hiddenSize, shape.heads * config.headSize, shape.intermediate)
            guard depth <= IntegerLinear.maximumDepth else {
                throw CompressionError.mismatch(
                    "layer \(layer) and 32-bit sums",
                    expected: "at most \(IntegerLinear.maximumDepth) columns", found: "\(depth)")
            }
        }
    }

    /// Sizes of all that is packed for the kernels, at most.
    var packedByteCounts: [Int] {
        WeightLayout(config, classes: labels.count).entries.flatMap { entry -> [Int] in
            switch entry.role {
            case .table: []
            case .matrix, .positions:
                IntegerLinear.byteCounts(outputs: entry.shape[0], depth: entry.shape[1])
            case .float: [4 * roundedUp(entry.shape.reduce(1, *), to: 16)]
            }
        }
    }

    private func missing(_ name: String) -> CompressionError {
        .mismatch("weights and configuration", expected: "'\(name)'", found: "no such parameter")
    }
}
