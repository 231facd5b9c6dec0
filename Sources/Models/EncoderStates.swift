public import Tensors

/// Token states of an encoder that another model is compared with.
public struct EncoderStates: Sendable {
    /// Token states `[tokens, hidden]` by layer: 0 are the embeddings.
    public let hidden: [Int: Tensor]
    /// Queries, keys and values `[tokens, 3 · width]` by layer, counted from 0.
    public let queryKeyValue: [Int: Tensor]
}

extension Classifier {
    /// The chosen states, without dropout; nothing beyond the last of them is computed.
    ///
    /// Throws `ModelError` for a bad batch and for layers that the model does not have.
    ///
    /// - Parameters:
    ///   - hidden: token states to give, 0 for the embeddings.
    ///   - queryKeyValue: layers, counted from 0, whose queries, keys and values to give.
    public func states(
        _ batch: TokenBatch, hidden: Set<Int>, queryKeyValue: Set<Int>, compute: Compute
    ) throws -> EncoderStates {
        try config.check(batch)
        for layer in hidden where !(0...config.layers.count).contains(layer) {
            throw ModelError.badBatch("there is no hidden state \(layer)")
        }
        for layer in queryKeyValue where !config.layers.indices.contains(layer) {
            throw ModelError.badBatch("there is no layer \(layer)")
        }
        var kept: [Int: Tensor] = [:]
        var attention: [Int: Tensor] = [:]
        var state = embeddings(parameters).forward(batch, mask: .none, compute: compute).output
        if hidden.contains(0) { kept[0] = state }
        let last = max((hidden.max() ?? 0) - 1, queryKeyValue.max() ?? -1)
        for layer in 0..<max(0, last + 1) {
            let model = encoderLayer(layer, batch)
            if queryKeyValue.contains(layer) {
                attention[layer] = compute.dense(
                    state, model.weights.qkv, bias: model.weights.qkvBias)
            }
            guard layer < last || hidden.contains(layer + 1) else { break }
            state = model.infer(state, compute: compute) { $1 }
            if hidden.contains(layer + 1) { kept[layer + 1] = state }
        }
        return EncoderStates(hidden: kept, queryKeyValue: attention)
    }
}
