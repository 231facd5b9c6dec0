public import Models
public import Tensors

/// The logits of `model` for every sequence, [sequences, classes], in the order given.
///
/// Sequences are sorted by length inside, so that sequences of a kind share a batch.
///
/// - Parameter progress: called after every batch with the fraction done; may throw to stop.
public func predictLogits(
    _ model: any SequenceClassifier, tokens: [[Int32]], batchSize: Int = 32, compute: Compute,
    progress: (Double) throws -> Void = { _ in }
) throws -> Tensor {
    let classes = model.labels.count
    let result = Tensor(zeros: [tokens.count, classes])
    try forEachSortedBatch(tokens, batchSize: batchSize, progress: progress) { rows, batch in
        let logits = try model.logits(batch, compute: compute)
        for (place, row) in rows.enumerated() { result.row(row).assign(logits.row(place)) }
    }
    return result
}

/// The mean-pooled hidden states of `model` at the given layers (0 = embeddings), each
/// [sequences, hidden], in the order given: targets of the cosine loss.
///
/// - Parameter layers: the new key of each layer → the layer of `model`.
public func sentenceVectors(
    _ model: Classifier, layers: [Int: Int], tokens: [[Int32]], batchSize: Int = 32,
    compute: Compute, progress: (Double) throws -> Void = { _ in }
) throws -> [Int: Tensor] {
    for layer in layers.values.sorted() where layer < 0 || layer > model.config.layers.count {
        throw TrainingError.unknownHiddenLayer(layer: layer, layers: model.config.layers.count)
    }
    let shape = [tokens.count, model.config.hiddenSize]
    let result = layers.mapValues { _ in Tensor(zeros: shape) }
    try forEachSortedBatch(tokens, batchSize: batchSize, progress: progress) { rows, batch in
        let pass = try model.forward(batch, dropout: nil, compute: compute)
        for (key, layer) in layers {
            let means = SentenceCosine.means(pass.hidden(layer), batch: batch)
            for (place, row) in rows.enumerated() {
                let vector = Tensor(means[place].map(Float.init), shape: [means[place].count])
                result[key]?.row(row).assign(vector)
            }
        }
    }
    return result
}

/// The channels of the token states that say most: those with the largest mean squares over all
/// tokens, summed over the embeddings and all layers; ascending.
///
/// Every layer adds to the same channels, so a channel is kept or left out in all of them. Of equal
/// channels the first are kept.
public func strongestChannels(
    _ count: Int, of model: Classifier, tokens: [[Int32]], batchSize: Int = 32, compute: Compute
) throws -> [Int] {
    let layers = Set(0...model.config.layers.count)
    let sums = Tensor(zeros: [model.config.hiddenSize])
    try forEachSortedBatch(tokens, batchSize: batchSize, progress: { _ in }) { _, batch in
        let states = try model.states(
            batch, hidden: layers, queryKeyValue: [], compute: compute)
        for layer in layers.sorted() {
            guard let state = states.hidden[layer] else { continue }
            compute.addProductSums(state, state, to: sums)
        }
    }
    let strength = sums.values
    let order = strength.indices.sorted { (strength[$1], $0) < (strength[$0], $1) }
    return order.prefix(max(0, count)).sorted()
}

/// Calls `body` with the row numbers and the tokens of batches by ascending length.
private func forEachSortedBatch(
    _ tokens: [[Int32]], batchSize: Int, progress: (Double) throws -> Void,
    body: ([Int], TokenBatch) throws -> Void
) throws {
    let size = max(1, batchSize)
    let order = tokens.indices.sorted { (tokens[$0].count, $0) < (tokens[$1].count, $1) }
    for start in stride(from: 0, to: order.count, by: size) {
        let rows = Array(order[start..<min(start + size, order.count)])
        try body(rows, TokenBatch(rows.map { tokens[$0] }))
        try progress(Double(start + rows.count) / Double(order.count))
    }
}
