public import Tensors

/// A BERT-like encoder, a pooling and a linear classifier, with forward and backward pass.
public final class Classifier: SequenceClassifier {
    /// What the encoder is made of.
    public let config: EncoderConfig
    /// How token states become one vector a sequence.
    public let pooling: Pooling
    /// The labels' names; class `i` is `labels[i]`.
    public let labels: [String]
    /// All weights; changing them in place changes the model.
    public let parameters: Parameters

    /// Creates a model from its parts; throws `ModelError` when they do not fit together.
    public init(
        config: EncoderConfig, pooling: Pooling, labels: [String], parameters: Parameters
    ) throws {
        try config.validate()
        guard !labels.isEmpty else { throw ModelError.badConfig(key: "labels", reason: "is empty") }
        self.config = config
        self.pooling = pooling
        self.labels = labels
        self.parameters = parameters
        try parameters.require(Parameters.layout(config: config, classes: labels.count))
    }

    /// Number of weights.
    public var parameterCount: Int { parameters.buffer.count }
    /// Longest sequence in tokens that the model takes.
    public var maximumLength: Int { config.maximumPositions }

    /// Scores before softmax, `[batch.count, labels.count]`, without dropout.
    public func logits(_ batch: TokenBatch, compute: Compute) throws -> Tensor {
        try logits(batch, compute: compute) { $1 }
    }

    /// Scores before softmax where the encoder's dense layers read other inputs than their own.
    ///
    /// - Parameter replace: gives what is read at a site in place of `[tokens, channels]`, which it
    ///   must leave as it is; the residual connections are not asked. May throw to stop.
    public func logits(
        _ batch: TokenBatch, compute: Compute,
        replace: (ActivationSite, Tensor) throws -> Tensor
    ) throws -> Tensor {
        try config.check(batch)
        var state = embeddings(parameters).forward(batch, mask: .none, compute: compute).output
        for layer in config.layers.indices {
            state = try encoderLayer(layer, batch).infer(state, compute: compute) {
                try replace(ActivationSite(layer: layer, place: $0), $1)
            }
        }
        return head(parameters).forward(
            state, offsets: batch.offsets, mask: .none, compute: compute
        ).logits
    }

    /// Runs the model and keeps what `backward` needs; `dropout` nil means evaluation.
    ///
    /// Throws `ModelError.badBatch` for an empty sequence, one that is too long, or a bad id.
    ///
    /// - Parameter reading: gives what the encoder's dense layers read in place of `[tokens,
    ///   channels]`, which it must leave as it is; the residual connections are not asked. The
    ///   backward pass takes gradients by it for those by the input, and asks once more.
    public func forward(
        _ batch: TokenBatch, dropout: Dropout?, compute: Compute,
        reading: ((ActivationSite, Tensor) -> Tensor)? = nil
    ) throws -> ForwardPass {
        try config.check(batch)
        let masks = Masks(dropout: dropout, config: config)
        let (embedded, embeddingState) = embeddings(parameters).forward(
            batch, mask: masks.hidden(.embeddings), compute: compute)
        var states = [embedded]
        var layerStates: [EncoderLayer.State] = []
        for layer in config.layers.indices {
            let (output, state) = encoderLayer(layer, batch).forward(
                states[layer], masks: LayerMasks(masks, layer: layer), compute: compute,
                reading: EncoderLayer.reading(reading, layer: layer))
            states.append(output)
            layerStates.append(state)
        }
        let (logits, pooled) = head(parameters).forward(
            states[states.count - 1], offsets: batch.offsets, mask: masks.hidden(.classifier),
            compute: compute)
        return ForwardPass(
            logits: logits, batch: batch, masks: masks, embeddings: embeddingState,
            layers: layerStates, states: states, pooled: pooled, reading: reading)
    }

    /// Adds the gradients of a loss to `gradients`, a twin of `parameters`.
    ///
    /// `dLogits` is the loss' gradient by the logits, `dHidden[l]` one by `pass.hidden(l)` and
    /// `dQueryKeyValue[l]` one by `pass.queryKeyValue(l)` (absent: zero). `gates` takes the
    /// importance of heads and neurons. Throws `ModelError` when shapes do not fit the pass.
    public func backward(
        _ pass: ForwardPass, dLogits: Tensor, dHidden: [Int: Tensor] = [:],
        dQueryKeyValue: [Int: Tensor] = [:], gradients: Parameters, gates: GateGradients? = nil,
        compute: Compute
    ) throws {
        let slopes = PassGradients(
            logits: dLogits, hidden: dHidden, queryKeyValue: dQueryKeyValue)
        try slopes.check(against: pass)
        try gradients.require(Parameters.layout(config: config, classes: labels.count))
        backward(
            pass, slopes, GradientTarget(gradients, ids: pass.batch.ids), gates, compute)
    }

    /// Writes the gradients of a loss into `gradients`; else as the form that adds.
    public func backward(
        _ pass: ForwardPass, dLogits: Tensor, dHidden: [Int: Tensor] = [:],
        dQueryKeyValue: [Int: Tensor] = [:], writing gradients: StepGradients, compute: Compute
    ) throws {
        let slopes = PassGradients(
            logits: dLogits, hidden: dHidden, queryKeyValue: dQueryKeyValue)
        try slopes.check(against: pass)
        try gradients.dense.require(
            Array(Parameters.layout(config: config, classes: labels.count).dropFirst()))
        gradients.begin(pass.batch, compute: compute)
        backward(pass, slopes, GradientTarget(gradients), nil, compute)
    }

    private func backward(
        _ pass: ForwardPass, _ slopes: PassGradients, _ target: GradientTarget,
        _ gates: GateGradients?, _ compute: Compute
    ) {
        var gradient = head(parameters).backward(
            slopes.logits, pooled: pass.pooled, offsets: pass.batch.offsets,
            mask: pass.masks.hidden(.classifier), gradients: head(target.parameters),
            compute: compute)
        for layer in config.layers.indices.reversed() {
            if let extra = slopes.hidden[layer + 1] { compute.axpy(1, extra, into: gradient) }
            let model = encoderLayer(layer, pass.batch)
            let accumulator = gates.map {
                GateAccumulator(target: $0, layer: layer, attention: model.attention)
            }
            accumulator?.addLayer(
                pass.states[layer], pass.states[layer + 1], gradient, compute: compute)
            gradient = model.backward(
                gradient, pass.layers[layer], masks: LayerMasks(pass.masks, layer: layer),
                dQueryKeyValue: slopes.queryKeyValue[layer],
                gradients: LayerWeights(target.parameters, layer: layer), gates: accumulator,
                accumulates: target.accumulates, compute: compute,
                reading: EncoderLayer.reading(pass.reading, layer: layer))
        }
        if let extra = slopes.hidden[0] { compute.axpy(1, extra, into: gradient) }
        embeddings(parameters).backward(
            gradient, pass.embeddings, mask: pass.masks.hidden(.embeddings), target: target,
            compute: compute)
    }

    func embeddings(_ parameters: Parameters) -> Embeddings {
        Embeddings(weights: EmbeddingWeights(parameters), config: config)
    }

    private func head(_ parameters: Parameters) -> ClassifierHead {
        ClassifierHead(parameters, pooling: pooling)
    }

    func encoderLayer(_ layer: Int, _ batch: TokenBatch) -> EncoderLayer {
        EncoderLayer(
            weights: LayerWeights(parameters, layer: layer),
            attention: AttentionLayout(
                offsets: batch.offsets, heads: config.layers[layer].heads,
                headSize: config.headSize),
            activation: config.activation, epsilon: config.layerNormEpsilon)
    }
}
