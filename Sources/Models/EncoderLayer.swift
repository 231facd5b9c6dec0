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

    /// What the backward pass needs.
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

    func forward(
        _ input: Tensor, masks: LayerMasks, compute: Compute
    ) -> (output: Tensor, state: State) {
        let qkv = compute.dense(input, weights.qkv, bias: weights.qkvBias)
        let (context, probabilities) = compute.attention(
            qkv, attention, mask: masks.probabilities)
        let (middle, contextNorm) = compute.dense(
            context, weights.context, bias: weights.contextBias, mask: masks.context,
            residual: input, gamma: weights.contextGamma, beta: weights.contextBeta,
            epsilon: epsilon)
        let (activated, wide) = compute.dense(
            middle, weights.intermediate, bias: weights.intermediateBias, activation: activation)
        let (output, outputNorm) = compute.dense(
            activated, weights.output, bias: weights.outputBias, mask: masks.output,
            residual: middle, gamma: weights.outputGamma, beta: weights.outputBeta,
            epsilon: epsilon)
        let state = State(
            input: input, qkv: qkv, probabilities: probabilities, context: context,
            contextNorm: contextNorm, middle: middle, wide: wide, outputNorm: outputNorm)
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
