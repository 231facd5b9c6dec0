import Tensors

/// Word, position and type embeddings of packed tokens, then layer norm and dropout.
struct Embeddings {
    let weights: EmbeddingWeights
    let config: EncoderConfig

    /// What the backward pass needs.
    struct State {
        let positions: [Int32]
        let norm: NormState
    }

    func forward(
        _ batch: TokenBatch, mask: DropoutMask, compute: Compute
    ) -> (output: Tensor, state: State) {
        let positions = (0..<batch.count).flatMap { (0..<Int32(batch.length($0))) }
        let total = compute.gather(weights.words, batch.ids)
        compute.addGathered(weights.positions, positions, to: total)
        let (output, norm) = compute.norm(
            total, bias: weights.types?.row(0), gamma: weights.gamma, beta: weights.beta,
            epsilon: config.layerNormEpsilon)
        compute.apply(mask, to: output)
        return (output, State(positions: positions, norm: norm))
    }

    /// Adds to `target` what `dOutput`, which is overwritten, means for the tables.
    func backward(
        _ dOutput: Tensor, _ state: State, mask: DropoutMask, target: GradientTarget,
        compute: Compute
    ) {
        let gradients = EmbeddingWeights(target.parameters, words: target.words)
        compute.apply(mask, to: dOutput)
        compute.normBackward(
            dOutput, state.norm, gamma: weights.gamma, dGamma: gradients.gamma,
            dBeta: gradients.beta)
        compute.scatterAdd(dOutput, target.wordIndices, to: gradients.words)
        compute.scatterAdd(dOutput, state.positions, to: gradients.positions)
        if let types = gradients.types { compute.addColumnSums(dOutput, to: types.row(0)) }
    }
}
