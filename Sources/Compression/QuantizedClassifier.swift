import CIntegerKernels
public import Models
public import Tensors

/// A classifier with INT8 weights: activations are quantized per token, sums are exact integers,
/// and everything between two dense layers is float32.
///
/// The result does not depend on the number of threads.
public final class QuantizedClassifier: SequenceClassifier {
    /// What the encoder is made of.
    public let config: EncoderConfig
    /// How token states become one vector a sequence.
    public let pooling: Pooling
    /// The labels' names; class `i` is `labels[i]`.
    public let labels: [String]
    /// How the weights were quantized.
    public let options: QuantizationOptions

    let weights: QuantizedWeights
    private let embeddings: QuantizedEmbeddings
    private let layers: [QuantizedLayer]
    private let head: QuantizedHead
    private let workspaces: WorkspacePool

    /// Packs weights for the kernels of `path`.
    init(_ weights: QuantizedWeights, path: nlp_int8_path = nlp_int8_chosen()) throws {
        try weights.checkDepths()
        self.weights = weights
        config = weights.config
        pooling = weights.pooling
        labels = weights.labels
        options = weights.options
        let slab = Slab(byteCounts: weights.packedByteCounts, inLargePages: true)
        embeddings = try QuantizedEmbeddings(weights, path: path, slab: slab)
        layers = try config.layers.indices.map {
            try QuantizedLayer(weights, index: $0, path: path, slab: slab)
        }
        head = try QuantizedHead(weights, path: path, slab: slab)
        workspaces = WorkspacePool(config)
    }

    /// Quantizes a float classifier after training; needs no data.
    ///
    /// Throws `CompressionError` for options out of range and weights that are not finite.
    public static func quantize(
        _ classifier: Classifier, options: QuantizationOptions = QuantizationOptions()
    ) throws -> QuantizedClassifier {
        try QuantizedClassifier(QuantizedWeights(quantizing: classifier, options: options))
    }

    /// Quantizes to 4-bit weights whose errors make good for one another, by what the dense layers
    /// read (GPTQ).
    ///
    /// Throws `CompressionError` too where the weights are to have 8 bits, or the moments are of
    /// another model.
    public static func quantize(
        _ classifier: Classifier, options: QuantizationOptions,
        compensatingFor moments: InputMoments, compute: Compute
    ) throws -> QuantizedClassifier {
        guard options.weightBits == 4 else {
            throw CompressionError.invalidOption(
                "rounding", found: "gptq for \(options.weightBits) bits",
                expected: "nearest, or weight_bits 4")
        }
        return try QuantizedClassifier(
            QuantizedWeights(
                quantizing: classifier, options: options,
                rounding: CompensatedRounding(moments, compute: compute)))
    }

    /// Number of weights, zeros included.
    public var parameterCount: Int {
        WeightLayout(config, classes: labels.count).entries.reduce(0) {
            $0 + $1.shape.reduce(1, *)
        }
    }

    /// Longest sequence in tokens that the model takes.
    public var maximumLength: Int { config.maximumPositions }

    /// Scores before softmax, `[batch.count, labels.count]`; throws `ModelError` for a bad batch.
    ///
    /// A sequence's scores have equal bits in every batch, and at any number of threads.
    public func logits(_ batch: TokenBatch, compute: Compute) throws -> Tensor {
        try config.check(batch)
        let result = compute.scratch([batch.count, labels.count])
        if batch.count == 1 {
            run(0..<1, of: batch, to: result)
        } else {
            let groups = TokenGroups(batch, threads: compute.threads).groups
            compute.forEach(groups.count) { run(groups[$0], of: batch, to: result) }
        }
        return result
    }

    /// Takes a group of sequences from ids to scores on the calling thread.
    private func run(_ group: Range<Int>, of batch: TokenBatch, to result: Tensor) {
        let offsets = batch.offsets[group.lowerBound...group.upperBound]
        let needed = Workspace.Capacity(
            tokens: TokenGroups.tokens(group, batch),
            longest: group.reduce(0) { max($0, batch.length($1)) })
        workspaces.withWorkspace(needed) { work in
            embeddings(batch.ids, offsets: offsets, to: work)
            for layer in layers { layer(work, offsets: offsets) }
            result.rows(group).withUnsafeMutableBuffer { logits in
                guard let logits = logits.baseAddress else { return }
                head(work, offsets: offsets, to: logits)
            }
        }
    }
}
