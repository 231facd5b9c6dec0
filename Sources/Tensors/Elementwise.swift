import CKernels

extension Compute {
    /// `y += a · x`.
    public func axpy(_ a: Float, _ x: Tensor, into y: Tensor) {
        precondition(x.count == y.count, "\(x.shape) added to \(y.shape)")
        eachBlock(x.count, work: 1) { range, _ in
            table.kernels.pointee.axpy(
                a, x.pointer + range.lowerBound, range.count, y.pointer + range.lowerBound)
        }
    }

    /// `x *= a`.
    public func scale(_ x: Tensor, by a: Float) {
        eachBlock(x.count, work: 1) { range, _ in
            table.kernels.pointee.scale(a, x.pointer + range.lowerBound, range.count)
        }
    }

    /// Softmax of every row, in a new tensor.
    public func softmaxRows(_ x: Tensor) -> Tensor {
        let columns = x.columns
        let result = scratch(x.shape)
        eachBlock(x.rows, work: columns) { rows, _ in
            let start = rows.lowerBound * columns
            table.kernels.pointee.softmax(
                x.pointer + start, rows.count, columns, result.pointer + start)
        }
        return result
    }

    /// One step of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) on equally long buffers.
    ///
    /// `gradientScale` multiplies the gradient first (clipping). `step` counts from 1. The weights
    /// move by `rate` times the bias-corrected moments and shrink by `rate · decay`, as in PyTorch.
    public func adamW(
        weights: Tensor, gradients: Tensor, first: Tensor, second: Tensor, step: Int, rate: Float,
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8, decay: Float,
        gradientScale: Float = 1
    ) {
        let count = weights.count
        precondition(
            gradients.count == count && first.count == count && second.count == count && step >= 1,
            "buffers of different sizes, or step 0")
        let correction1 = 1 - AdamW.power(beta1, step)
        let correction2 = 1 - AdamW.power(beta2, step)
        let moving = Float(Double(rate) / correction1)
        let root = Float(1 / correction2.squareRoot())
        eachBlock(count, work: 1) { range, _ in
            let start = range.lowerBound
            table.kernels.pointee.adamw(
                weights.pointer + start, gradients.pointer + start, first.pointer + start,
                second.pointer + start, range.count, gradientScale, Float(beta1),
                Float(1 - beta1), Float(beta2), Float(1 - beta2), moving,
                root, epsilon, rate * decay)
        }
    }
}

private enum AdamW {
    /// `base` to a positive integer power, by squaring: the same bits on every machine.
    static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
