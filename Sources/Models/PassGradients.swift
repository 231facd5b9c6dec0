import Tensors

/// Where a loss meets the model: its gradients by what a forward pass computed.
struct PassGradients {
    /// By the logits.
    let logits: Tensor
    /// By token states: 0 are the embeddings; absent means zero.
    let hidden: [Int: Tensor]
    /// By the queries, keys and values of a layer, counted from 0; absent means zero.
    let queryKeyValue: [Int: Tensor]

    /// Throws `ModelError.badBatch` unless every gradient has the shape of what it is by.
    func check(against pass: ForwardPass) throws {
        guard logits.shape == pass.logits.shape else {
            throw ModelError.badBatch(
                "the logits' gradient is \(logits.shape), the logits \(pass.logits.shape)")
        }
        try check(hidden, against: pass.states, what: "hidden state")
        try check(queryKeyValue, against: pass.layers.map(\.qkv), what: "the attention of layer")
    }

    private func check(
        _ gradients: [Int: Tensor], against found: [Tensor], what: String
    ) throws {
        for (place, gradient) in gradients.sorted(by: { $0.key < $1.key })
        where !found.indices.contains(place) || gradient.shape != found[place].shape {
            throw ModelError.badBatch(
                "the gradient of \(what) \(place) does not belong to this pass")
        }
    }
}
