import Tensors

extension EncoderLayer {
    /// The gradient by the layer's input, from the one by its output, which is overwritten.
    ///
    /// Adds the weights' gradients to `gradients` and the gates' to `gates`; matrices' gradients are
    /// only added when `accumulates`, else written.
    func backward(
        _ dOutput: Tensor, _ state: State, masks: LayerMasks, gradients: LayerWeights,
        gates: GateAccumulator?, accumulates: Bool, compute: Compute
    ) -> Tensor {
        let dMiddle = denseBackward(
            dOutput, state, mask: masks.output, gradients: gradients, gates: gates,
            accumulates: accumulates, compute: compute)
        return attentionBackward(
            dMiddle, state, masks: masks, gradients: gradients, gates: gates,
            accumulates: accumulates, compute: compute)
    }

    /// Back through the second norm, the dense layers and the activation.
    private func denseBackward(
        _ dOutput: Tensor, _ state: State, mask: DropoutMask, gradients: LayerWeights,
        gates: GateAccumulator?, accumulates: Bool, compute: Compute
    ) -> Tensor {
        compute.normBackward(
            dOutput, state.outputNorm, gamma: weights.outputGamma, dGamma: gradients.outputGamma,
            dBeta: gradients.outputBeta)
        let dSum = dOutput
        let dDense = masked(dSum, mask, biasGradient: gradients.outputBias, compute: compute)
        compute.matmul(
            dDense, state.activated, transposeA: true, into: gradients.output,
            accumulate: accumulates)
        let dWide = compute.matmul(dDense, weights.output)
        gates?.addNeurons(state.activated, dWide, compute: compute)
        compute.multiply(dWide, by: state.slope, addingColumnSumsTo: gradients.intermediateBias)
        compute.matmul(
            dWide, state.middle, transposeA: true, into: gradients.intermediate,
            accumulate: accumulates)
        compute.matmul(dWide, weights.intermediate, into: dSum, accumulate: true)
        return dSum
    }

    /// Back through the first norm and the attention.
    private func attentionBackward(
        _ dMiddle: Tensor, _ state: State, masks: LayerMasks, gradients: LayerWeights,
        gates: GateAccumulator?, accumulates: Bool, compute: Compute
    ) -> Tensor {
        compute.normBackward(
            dMiddle, state.contextNorm, gamma: weights.contextGamma,
            dGamma: gradients.contextGamma, dBeta: gradients.contextBeta)
        let dSum = dMiddle
        let dDense = masked(
            dSum, masks.context, biasGradient: gradients.contextBias, compute: compute)
        compute.matmul(
            dDense, state.context, transposeA: true, into: gradients.context,
            accumulate: accumulates)
        let dContext = compute.matmul(dDense, weights.context)
        gates?.addHeads(state.context, dContext, compute: compute)
        let dQKV = compute.attentionBackward(
            dContext, qkv: state.qkv, probabilities: state.probabilities, attention,
            mask: masks.probabilities)
        compute.addColumnSums(dQKV, to: gradients.qkvBias)
        compute.matmul(dQKV, state.input, transposeA: true, into: gradients.qkv,
            accumulate: accumulates)
        compute.matmul(dQKV, weights.qkv, into: dSum, accumulate: true)
        return dSum
    }

    /// `mask · dSum`, whose column sums are the gradient of the dense layer's bias.
    private func masked(
        _ dSum: Tensor, _ mask: DropoutMask, biasGradient: Tensor, compute: Compute
    ) -> Tensor {
        guard mask.isActive else {
            compute.addColumnSums(dSum, to: biasGradient)
            return dSum
        }
        let result = compute.scratch(dSum.shape)
        compute.apply(mask, dSum, into: result, addingColumnSumsTo: biasGradient)
        return result
    }
}
