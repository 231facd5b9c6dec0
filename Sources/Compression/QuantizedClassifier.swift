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
    private let positions: QuantizedTable
    private let firstType: Tensor?
    private let embeddingNorm: QuantizedNorm
    private let layers: [QuantizedLayer]
    private let head: Tensor
    private let headBias: Tensor

    /// Packs weights for the kernels.
    init(_ weights: QuantizedWeights) throws {
        try weights.checkDepths()
        self.weights = weights
        config = weights.config
        pooling = weights.pooling
        labels = weights.labels
        options = weights.options
        positions = .bytes(try weights.matrix(WeightLayout.positions))
        firstType =
            config.typeVocabularySize > 0 ? try weights.float(WeightLayout.types).row(0) : nil
        embeddingNorm = try QuantizedNorm(weights, "bert.embeddings.LayerNorm")
        layers = try config.layers.indices.map { try QuantizedLayer(weights, index: $0) }
        head = try weights.float("classifier.weight")
        headBias = try weights.float("classifier.bias")
    }

    /// Quantizes a float classifier after training; needs no data.
    ///
    /// Throws `CompressionError` for options out of range and weights that are not finite.
    public static func quantize(
        _ classifier: Classifier, options: QuantizationOptions = QuantizationOptions()
    ) throws -> QuantizedClassifier {
        try QuantizedClassifier(QuantizedWeights(quantizing: classifier, options: options))
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
    public func logits(_ batch: TokenBatch, compute: Compute) throws -> Tensor {
        try config.check(batch)
        var hidden = embed(batch, compute: compute)
        for layer in layers { hidden = layer(hidden, offsets: batch.offsets, compute: compute) }
        let sentences = pool(hidden, batch, compute: compute)
        let logits = compute.matmul(sentences, head, transposeB: true)
        compute.addBias(headBias, to: logits)
        return logits
    }

    private func embed(_ batch: TokenBatch, compute: Compute) -> Tensor {
        let hidden = weights.table.gather(batch.ids, compute: compute)
        let places = (0..<batch.count).flatMap { 0..<Int32(batch.length($0)) }
        compute.axpy(1, positions.gather(places, compute: compute), into: hidden)
        if let firstType { compute.addBias(firstType, to: hidden) }
        embeddingNorm.apply(to: hidden, compute: compute)
        return hidden
    }

    private func pool(_ hidden: Tensor, _ batch: TokenBatch, compute: Compute) -> Tensor {
        let result = compute.zeroScratch([batch.count, config.hiddenSize])
        for sequence in 0..<batch.count {
            let range = batch.range(sequence)
            switch pooling {
            case .cls: result.row(sequence).assign(hidden.row(range.lowerBound))
            case .mean:
                compute.addColumnSums(hidden.rows(range), to: result.row(sequence))
                compute.scale(result.row(sequence), by: 1 / Float(range.count))
            }
        }
        return result
    }
}
