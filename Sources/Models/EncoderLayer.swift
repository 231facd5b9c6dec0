import Tensors

/// The dropout masks of one layer.
struct LayerMasks {
    let probabilities, context, output: DropoutMask

    init(_ masks: Masks, layer: Int) {
        probabilities = masks.attention(layer)
        context = masks.hidden(.context(layer))
        output = masks.hidden(.output(layer))
    }
}

/// One encoder layer of BERT (post-norm) on packed tokens `[tokens, channels]`.
///
/// Self-attention, then two dense layers, each followed by dropout, a residual connection and layer
/// norm (Devlin et al. 2018, arXiv:1810.04805).
struct EncoderLayer {
    let weights: LayerWeights
    let attention: AttentionLayout
    let activation: Activation
    let epsilon: Float

    /// What the backward pass needs; inputs of dense layers as these read them.
    struct State {
        let input: Tensor
        let qkv, probabilities, context: Tensor
        let contextNorm: NormState
        /// After attention: the input of the dense layers.
        let middle: Tensor
        /// What the activation was applied to; its result is computed anew.
        let wide: Tensor
        let outputNorm: NormState
    }

    /// What the dense layers of one layer read in place of their inputs.
    typealias Reading = (ActivationSite.Place, Tensor) -> Tensor

    /// The part of an encoder's replacements that is one layer's.
    static func reading(
        _ all: ((ActivationSite, Tensor) -> Tensor)?, layer: Int
    ) -> Reading {
        guard let all else { return { $1 } }
        return { all(ActivationSite(layer: layer, place: $0), $1) }
    }

    func forward(
        _ input: Tensor, masks: LayerMasks, compute: Compute, reading: Reading
    ) -> (output: Tensor, state: State) {
        let seenInput = reading(.input, input)
        let qkv = compute.dense(seenInput, weights.qkv, bias: weights.qkvBias)
        let (attended, probabilities) = compute.attention(
            qkv, attention, mask: masks.probabilities)
        let context = reading(.context, attended)
        let (middle, contextNorm) = compute.dense(
            context, weights.context, bias: weights.contextBias, mask: masks.context,
            residual: input, gamma: weights.contextGamma, beta: weights.contextBeta,
            epsilon: epsilon)
        let seenMiddle = reading(.middle, middle)
        let (activated, wide) = compute.dense(
            seenMiddle, weights.intermediate, bias: weights.intermediateBias, activation: activation
        )
        let (output, outputNorm) = compute.dense(
            reading(.wide, activated), weights.output, bias: weights.outputBias,
            mask: masks.output,
            residual: middle, gamma: weights.outputGamma, beta: weights.outputBeta,
            epsilon: epsilon)
        let state = State(
            input: seenInput, qkv: qkv, probabilities: probabilities, context: context,
            contextNorm: contextNorm, middle: seenMiddle, wide: wide, outputNorm: outputNorm)
        return (output, state)
    }

    /// The layer without dropout, keeping nothing.
    ///
    /// - Parameter replace: gives what a dense layer reads in place of its input.
    func infer(
        _ input: Tensor, compute: Compute,
        replace: (ActivationSite.Place, Tensor) throws -> Tensor = { $1 }
    ) rethrows -> Tensor {
        let qkv = compute.dense(
            try replace(.input, input), weights.qkv, bias: weights.qkvBias)
        let (context, _) = compute.attention(qkv, attention)
        let middle = compute.denseInference(
            try replace(.context, context), weights.context, bias: weights.contextBias,
            residual: input, gamma: weights.contextGamma, beta: weights.contextBeta,
            epsilon: epsilon)
        let wide = compute.denseInference(
            try replace(.middle, middle), weights.intermediate, bias: weights.intermediateBias,
            activation: activation)
        return compute.denseInference(
            try replace(.wide, wide), weights.output, bias: weights.outputBias, residual: middle,
            gamma: weights.outputGamma, beta: weights.outputBeta, epsilon: epsilon)
    }
}
