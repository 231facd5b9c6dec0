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
        _ = normBackward(dOutput, state, gamma: gamma, mask: .none, dGamma: dGamma, dBeta: dBeta)
    }

    /// As above, and back through the mask before the sum.
    ///
    /// Returns the gradient by what was masked (`dOutput` itself where nothing was), and adds its
    /// column sums to `dBias`.
    public func normBackward(
        _ dOutput: Tensor, _ state: NormState, gamma: Tensor, mask: DropoutMask, dGamma: Tensor,
        dBeta: Tensor, dBias: Tensor? = nil
    ) -> Tensor {
        let backward = NormBackward(
            self, dOutput, state, gamma: gamma, mask: mask, sumsBias: dBias != nil,
            blocks: Compute.blocks(dOutput.rows, work: dOutput.columns))
        eachBlock(dOutput.rows, work: dOutput.columns) { rows, block in
            backward.run(rows, block: block)
        }
        backward.addSums(dGamma: dGamma, dBeta: dBeta, dBias: dBias)
        return backward.dDense
    }
}

/// The backward pass of one layer norm, block of rows by block of rows.
struct NormBackward: Sendable {
    private let compute: Compute
    private let gradient: Tensor
    private let state: NormState
    private let gamma: Tensor
    private let mask: DropoutMask
    private let sumsBias: Bool
    private let blocks: Int
    /// For each block a row of sums for gamma, beta and the bias.
    private let partial: Tensor
    /// The gradient before the mask.
    let dDense: Tensor

    init(
        _ compute: Compute, _ gradient: Tensor, _ state: NormState, gamma: Tensor,
        mask: DropoutMask, sumsBias: Bool, blocks: Int
    ) {
        precondition(state.normal.count == gradient.count, "state of another norm")
        self.compute = compute
        self.gradient = gradient
        self.state = state
        self.gamma = gamma
        self.mask = mask
        self.sumsBias = sumsBias
        self.blocks = blocks
        partial = compute.zeroScratch([3 * blocks, gradient.columns])
        dDense = mask.isActive ? compute.scratch(gradient.shape) : gradient
    }

    /// Overwrites these rows of the gradient; blocks do not share sums.
    func run(_ rows: Range<Int>, block: Int) {
        let kernels = compute.table.kernels
        let columns = gradient.columns
        let start = rows.lowerBound * columns
        kernels.pointee.norm_backward(
            gradient.pointer + start, state.normal.pointer + start,
            state.inverseDeviation.pointer + rows.lowerBound, gamma.pointer, rows.count, columns,
            gradient.pointer + start, partial.pointer + block * columns,
            partial.pointer + (blocks + block) * columns)
        guard sumsBias || mask.isActive else { return }
        kernels.pointee.mask_rows(
            gradient.pointer + start, mask.raw, UInt64(rows.lowerBound), rows.count, columns,
            dDense.pointer + start, partial.pointer + (2 * blocks + block) * columns)
    }

    /// Adds the blocks' sums in the order of blocks.
    func addSums(dGamma: Tensor, dBeta: Tensor, dBias: Tensor?) {
        compute.addRows(partial.rows(0..<blocks), to: dGamma)
        compute.addRows(partial.rows(blocks..<2 * blocks), to: dBeta)
        if let dBias { compute.addRows(partial.rows(2 * blocks..<3 * blocks), to: dBias) }
    }
}
