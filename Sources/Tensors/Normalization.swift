import CKernels

/// What the backward pass of a layer norm needs.
public struct NormState: Sendable {
    /// (s - mean) / deviation, as many elements as the input.
    public let normal: Tensor
    /// 1 / deviation of every row.
    public let inverseDeviation: Tensor
}

extension Compute {
    /// Layer norm of `mask(x + bias) + residual` over every row, in a new tensor.
    ///
    /// After Ba et al. 2016 (arXiv:1607.06450). Returns the result and what `normBackward` needs. `epsilon` is added to the variance.
    public func norm(
        _ x: Tensor, bias: Tensor? = nil, mask: DropoutMask = .none, residual: Tensor? = nil,
        gamma: Tensor, beta: Tensor, epsilon: Float
    ) -> (output: Tensor, state: NormState) {
        let columns = x.columns
        precondition(gamma.count == columns && beta.count == columns, "norm weights for \(x.shape)")
        precondition(bias.map { $0.count == columns } ?? true, "bias for \(x.shape)")
        precondition(residual.map { $0.count == x.count } ?? true, "residual for \(x.shape)")
        let output = scratch(x.shape)
        let state = NormState(normal: scratch(x.shape), inverseDeviation: scratch([x.rows]))
        eachBlock(x.rows, work: columns) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.norm(
                x.pointer + start, bias?.pointer, residual.map { $0.pointer + start }, mask.raw,
                UInt64(rows.lowerBound), rows.count, columns, gamma.pointer, beta.pointer, epsilon,
                state.normal.pointer + start, state.inverseDeviation.pointer + rows.lowerBound,
                output.pointer + start)
        }
        return (output, state)
    }

    /// Layer norm of `x + bias + residual` for inference, in place of `x`.
    public func normInPlace(
        _ x: Tensor, bias: Tensor? = nil, residual: Tensor? = nil, gamma: Tensor, beta: Tensor,
        epsilon: Float
    ) {
        let columns = x.columns
        precondition(gamma.count == columns && beta.count == columns, "norm weights for \(x.shape)")
        precondition(bias.map { $0.count == columns } ?? true, "bias for \(x.shape)")
        precondition(residual.map { $0.count == x.count } ?? true, "residual for \(x.shape)")
        let deviations = scratch([x.rows])
        eachBlock(x.rows, work: columns) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.norm(
                x.pointer + start, bias?.pointer, residual.map { $0.pointer + start },
                DropoutMask.none.raw, 0, rows.count, columns, gamma.pointer, beta.pointer, epsilon,
                x.pointer + start, deviations.pointer + rows.lowerBound, x.pointer + start)
        }
    }

    /// The gradient by the normalised sum `s`, in place of `dOutput`; adds to `dGamma` and `dBeta`.
    public func normBackward(
        _ dOutput: Tensor, _ state: NormState, gamma: Tensor, dGamma: Tensor, dBeta: Tensor
    ) {
        let columns = dOutput.columns
        precondition(state.normal.count == dOutput.count, "state of another norm")
        let blocks = Compute.blocks(dOutput.rows, work: columns)
        let partial = zeroScratch([2 * blocks, columns])
        eachBlock(dOutput.rows, work: columns) { rows, block in
            let start = rows.lowerBound * columns
            table.kernels.pointee.norm_backward(
                dOutput.pointer + start, state.normal.pointer + start,
                state.inverseDeviation.pointer + rows.lowerBound, gamma.pointer, rows.count,
                columns, dOutput.pointer + start, partial.pointer + block * columns,
                partial.pointer + (blocks + block) * columns)
        }
        addRows(partial.rows(0..<blocks), to: dGamma)
        addRows(partial.rows(blocks..<2 * blocks), to: dBeta)
    }
}
