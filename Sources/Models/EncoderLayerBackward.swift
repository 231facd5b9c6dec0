import Tensors

extension EncoderLayer {
    /// The gradient by the layer's input, from the one by its output, which is overwritten.
    ///
    /// `dQueryKeyValue` is a further gradient by the queries, keys and values, if there is one.
    ///
    /// Adds the weights' gradients to `gradients` and the gates' to `gates`; matrices' gradients are
    /// only added when `accumulates`, else written.
    func backward(
        _ dOutput: Tensor, _ state: State, masks: LayerMasks, dQueryKeyValue: Tensor? = nil,
        gradients: LayerWeights, gates: GateAccumulator?, accumulates: Bool, compute: Compute,
        reading: Reading
    ) -> Tensor {
        func addProduct(_ dY: Tensor, _ x: Tensor, to gradient: Tensor) {
            compute.matmul(dY, x, transposeA: true, into: gradient, accumulate: accumulates)
        }
        // Through the second norm, the dense layers and the activation.
        let dSum = dOutput
        let dDense = compute.normBackward(
            dOutput, state.outputNorm, gamma: weights.outputGamma, mask: masks.output,
            dGamma: gradients.outputGamma, dBeta: gradients.outputBeta,
            dBias: gradients.outputBias)
        let (dWide, activated) = compute.denseBackward(
            dDense, weights.output, activation: activation, of: state.wide,
            dBias: gradients.intermediateBias,
            look: gates.map { gates in
                { gates.addNeurons($0, $1, compute: compute) }
            })
        addProduct(dDense, reading(.wide, activated), to: gradients.output)
        addProduct(dWide, state.middle, to: gradients.intermediate)

        // Through the first norm and the attention.
        let dAttended = compute.denseNormBackward(
            dWide, weights.intermediate, addingTo: dSum, state.contextNorm,
            gamma: weights.contextGamma, mask: masks.context, dGamma: gradients.contextGamma,
            dBeta: gradients.contextBeta, dBias: gradients.contextBias)
        addProduct(dAttended, state.context, to: gradients.context)
        let dContext = compute.denseBackward(dAttended, weights.context)
        gates?.addHeads(state.context, dContext, compute: compute)
        let dQKV = compute.attentionBackward(
            dContext, qkv: state.qkv, probabilities: state.probabilities, attention,
            mask: masks.probabilities)
        if let dQueryKeyValue { compute.axpy(1, dQueryKeyValue, into: dQKV) }
        compute.addColumnSums(dQKV, to: gradients.qkvBias)
        addProduct(dQKV, state.input, to: gradients.qkv)
        compute.denseBackward(dQKV, weights.qkv, addingTo: dSum)
        return dSum
    }
}
