public import Tensors

/// What a forward pass computed: the logits, and the states that the backward pass needs.
public final class ForwardPass: @unchecked Sendable {
    /// Scores before softmax, `[sequences, classes]`.
    public let logits: Tensor
    let batch: TokenBatch
    let masks: Masks
    let embeddings: Embeddings.State
    let layers: [EncoderLayer.State]
    /// The embeddings, then the output of every layer.
    let states: [Tensor]
    let pooled: Tensor
    /// What dense layers read in place of their inputs.
    let reading: ((ActivationSite, Tensor) -> Tensor)?

    init(
        logits: Tensor, batch: TokenBatch, masks: Masks, embeddings: Embeddings.State,
        layers: [EncoderLayer.State], states: [Tensor], pooled: Tensor,
        reading: ((ActivationSite, Tensor) -> Tensor)?
    ) {
        self.logits = logits
        self.batch = batch
        self.masks = masks
        self.embeddings = embeddings
        self.layers = layers
        self.states = states
        self.pooled = pooled
        self.reading = reading
    }

    /// Token states `[tokens, hidden]`: 0 are the embeddings, `layers.count` the encoder's output.
    public func hidden(_ layer: Int) -> Tensor { states[layer] }

    /// Queries, keys and values of a layer, counted from 0, side by side: `[tokens, 3 · width]`.
    public func queryKeyValue(_ layer: Int) -> Tensor { layers[layer].qkv }
}
