/// Backward passes of dense layers with what came before them.
extension Compute {
    /// `dY · W`: the gradient by the input of a dense layer.
    public func denseBackward(_ dY: Tensor, _ weights: Tensor) -> Tensor {
        let result = scratch([dY.rows, weights.columns])
        dense(dY, weights, transposed: true, into: result) { _, _ in }
        return result
    }

    /// Adds `dY · W` to `result`.
    public func denseBackward(_ dY: Tensor, _ weights: Tensor, addingTo result: Tensor) {
        dense(dY, weights, transposed: true, into: result, accumulate: true) { _, _ in }
    }

    /// Back through a dense layer and the activation before it, which was applied to `input`.
    ///
    /// Returns the gradient by `input` and the activation's result, computed anew: that costs less
    /// than keeping it. Adds the gradient's column sums to `dBias`. `look` sees the result and the
    /// gradient by it before the activation.
    public func denseBackward(
        _ dY: Tensor, _ weights: Tensor, activation f: Activation, of input: Tensor,
        dBias: Tensor, look: ((_ activated: Tensor, _ gradient: Tensor) -> Void)? = nil
    ) -> (dInput: Tensor, activated: Tensor) {
        precondition(input.count == dY.rows * weights.columns, "input \(input.shape)")
        let columns = weights.columns
        let (dInput, activated) = (scratch(input.shape), scratch(input.shape))
        if let look {
            dense(dY, weights, transposed: true, into: dInput) { _, _ in }
            activate(f, input, bias: zeroScratch([columns]), into: activated)
            look(activated, dInput)
            activateBackward(
                f, of: input, gradient: dInput, activated: activated, addingColumnSumsTo: dBias)
            return (dInput, activated)
        }
        let partial = zeroScratch([denseBlocks(dY.rows), columns])
        dense(dY, weights, transposed: true, into: dInput) { rows, block in
            let start = rows.lowerBound * columns
            table.kernels.pointee.activation_backward(
                f.kernel, input.pointer + start, rows.count, columns, dInput.pointer + start,
                activated.pointer + start, partial.pointer + block * columns)
        }
        addRows(partial, to: dBias)
        return (dInput, activated)
    }

    /// Adds `dY · W` to `gradient` and goes back through the layer norm whose output that layer
    /// took; see `normBackward`.
    public func denseNormBackward(
        _ dY: Tensor, _ weights: Tensor, addingTo gradient: Tensor, _ state: NormState,
        gamma: Tensor, mask: DropoutMask, dGamma: Tensor, dBeta: Tensor, dBias: Tensor
    ) -> Tensor {
        let backward = NormBackward(
            self, gradient, state, gamma: gamma, mask: mask, sumsBias: true,
            blocks: denseBlocks(dY.rows))
        dense(dY, weights, transposed: true, into: gradient, accumulate: true) { rows, block in
            backward.run(rows, block: block)
        }
        backward.addSums(dGamma: dGamma, dBeta: dBeta, dBias: dBias)
        return backward.dDense
    }
}
