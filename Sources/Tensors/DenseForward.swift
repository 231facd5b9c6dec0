/// Dense layers with what follows them, done on rows that the product has just finished.
extension Compute {
    /// Computes `x · Wᵀ` (`x · W` when `transposed`) into `result`, or adds it.
    ///
    /// `next` is called for every block of finished rows, with the block's number below
    /// `denseBlocks(x.rows)`, while they are in the cache.
    func dense(
        _ x: Tensor, _ weights: Tensor, transposed: Bool = false, into result: Tensor,
        accumulate: Bool = false, next: @Sendable (Range<Int>, Int) -> Void
    ) {
        let blocks = RowBlocks(rows: x.rows, products)
        guard let right = packed(weights, transposed: !transposed, rows: x.rows) else {
            matmul(
                x, weights, transposeB: !transposed, into: result, accumulate: accumulate)
            return forEach(blocks.count) { next(blocks.range($0), $0) }
        }
        let size = max(1, blocks.range(0).count)
        withoutActuallyEscaping(next) { next in
            multiply(x, right, into: result, accumulate: accumulate) { rows in
                next(rows, rows.lowerBound / size)
            }
        }
    }

    /// Blocks in which `dense` finishes this number of rows.
    func denseBlocks(_ rows: Int) -> Int { RowBlocks(rows: rows, products).count }

    /// The weights packed into scratch memory; nil where a product is not worth it.
    private func packed(_ weights: Tensor, transposed: Bool, rows: Int) -> RightOperand? {
        var right = RightOperand(weights, transposed: transposed)
        let count = right.packedCount(products)
        guard count > 0, rows >= 16, rows * weights.count >= 1 << 18 else { return nil }
        right.packed = pool.take(count)
        fill(right)
        return right
    }

    /// `x · Wᵀ + bias`.
    public func dense(_ x: Tensor, _ weights: Tensor, bias: Tensor) -> Tensor {
        precondition(bias.count == weights.rows, "bias \(bias.shape) for \(weights.shape)")
        let result = scratch([x.rows, weights.rows])
        let columns = weights.rows
        dense(x, weights, into: result) { rows, _ in
            table.kernels.pointee.add_bias(
                result.pointer + rows.lowerBound * columns, bias.pointer, rows.count, columns)
        }
        return result
    }

    /// `f(x · Wᵀ + bias)`, and for the backward pass what `f` was applied to.
    public func dense(
        _ x: Tensor, _ weights: Tensor, bias: Tensor, activation f: Activation
    ) -> (output: Tensor, input: Tensor) {
        precondition(bias.count == weights.rows, "bias \(bias.shape) for \(weights.shape)")
        let columns = weights.rows
        let input = scratch([x.rows, columns])
        let output = scratch([x.rows, columns])
        dense(x, weights, into: input) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.bias_activation(
                f.kernel, input.pointer + start, bias.pointer, rows.count, columns,
                output.pointer + start, 1)
        }
        return (output, input)
    }

    /// `f(x · Wᵀ + bias)` where no backward pass follows.
    public func denseInference(
        _ x: Tensor, _ weights: Tensor, bias: Tensor, activation f: Activation
    ) -> Tensor {
        precondition(bias.count == weights.rows, "bias \(bias.shape) for \(weights.shape)")
        let columns = weights.rows
        let result = scratch([x.rows, columns])
        dense(x, weights, into: result) { rows, _ in
            let start = result.pointer + rows.lowerBound * columns
            table.kernels.pointee.bias_activation(
                f.kernel, start, bias.pointer, rows.count, columns, start, 0)
        }
        return result
    }

    /// Layer norm of `mask(x · Wᵀ + bias) + residual`; see `norm`.
    public func dense(
        _ x: Tensor, _ weights: Tensor, bias: Tensor, mask: DropoutMask, residual: Tensor,
        gamma: Tensor, beta: Tensor, epsilon: Float
    ) -> (output: Tensor, state: NormState) {
        let columns = weights.rows
        precondition(residual.count == x.rows * columns, "residual for \(x.shape)")
        let output = scratch([x.rows, columns])
        let state = NormState(
            normal: scratch([x.rows, columns]), inverseDeviation: scratch([x.rows]))
        dense(x, weights, into: state.normal) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.norm(
                state.normal.pointer + start, bias.pointer, residual.pointer + start, mask.raw,
                UInt64(rows.lowerBound), rows.count, columns, gamma.pointer, beta.pointer, epsilon,
                state.normal.pointer + start, state.inverseDeviation.pointer + rows.lowerBound,
                output.pointer + start)
        }
        return (output, state)
    }

    /// Layer norm of `x · Wᵀ + bias + residual` where no backward pass follows.
    public func denseInference(
        _ x: Tensor, _ weights: Tensor, bias: Tensor, residual: Tensor, gamma: Tensor,
        beta: Tensor, epsilon: Float
    ) -> Tensor {
        let columns = weights.rows
        precondition(residual.count == x.rows * columns, "residual for \(x.shape)")
        let result = scratch([x.rows, columns])
        let deviations = scratch([x.rows])
        dense(x, weights, into: result) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.norm(
                result.pointer + start, bias.pointer, residual.pointer + start,
                DropoutMask.none.raw, 0, rows.count, columns, gamma.pointer, beta.pointer, epsilon,
                result.pointer + start, deviations.pointer + rows.lowerBound,
                result.pointer + start)
        }
        return result
    }
}
