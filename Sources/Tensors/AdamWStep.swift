import CKernels

/// The numbers of one step of AdamW, rounded to float32 once for all its weights.
public struct AdamWStep: Sendable {
    /// The learning rate over the first moment's bias correction.
    let rate: Float
    /// The inverse root of the second moment's bias correction; never below 1.
    let root: Float
    /// The share by which weights shrink.
    let decay: Float

    static let beta1 = 0.9
    static let beta2 = 0.999
    static let epsilon: Float = 1e-8

    /// The numbers of step `step`, counted from 1; weights shrink by `rate · decay`.
    public init(step: Int, rate: Float, decay: Float) {
        precondition(step >= 1, "steps count from 1")
        self.rate = Float(Double(rate) / (1 - AdamWStep.power(AdamWStep.beta1, step)))
        root = Float(1 / (1 - AdamWStep.power(AdamWStep.beta2, step)).squareRoot())
        self.decay = rate * decay
    }

    /// `base` to a positive integer power, by squaring: the same bits on every machine.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}

extension Compute {
    /// One step of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) on equally long buffers, with
    /// β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    ///
    /// `gradientScale` multiplies the gradient first (clipping). The weights move by the rate times
    /// the bias-corrected moments and shrink by rate times decay, as in PyTorch.
    public func adamW(
        _ step: AdamWStep, weights: Tensor, gradients: Tensor, first: Tensor, second: Tensor,
        gradientScale: Float = 1
    ) {
        let count = weights.count
        precondition(
            gradients.count == count && first.count == count && second.count == count,
            "buffers of different sizes")
        eachBlock(count, work: 1) { range, _ in
            let start = range.lowerBound
            adamW(
                step, weights.pointer + start, gradients.pointer + start, first.pointer + start,
                second.pointer + start, range.count, gradientScale)
        }
    }

    /// One step of AdamW on some rows of a table, from compact gradients of those rows.
    ///
    /// Row `i` of `gradients` belongs to row `rows[i]` of the other three; no row occurs twice.
    public func adamW(
        _ step: AdamWStep, weights: Tensor, gradients: Tensor, rows: [Int32], first: Tensor,
        second: Tensor, gradientScale: Float = 1
    ) {
        let columns = weights.columns
        precondition(
            gradients.count == rows.count * columns, "\(gradients.shape) for \(rows.count)")
        precondition(
            first.count == weights.count && second.count == weights.count,
            "buffers of different sizes")
        precondition(
            rows.allSatisfy { $0 >= 0 && $0 < weights.rows }, "row beyond \(weights.rows)")
        eachBlock(rows.count, work: columns) { range, _ in
            for index in range {
                let start = Int(rows[index]) * columns
                adamW(
                    step, weights.pointer + start, gradients.pointer + index * columns,
                    first.pointer + start, second.pointer + start, columns, gradientScale)
            }
        }
    }

    private func adamW(
        _ step: AdamWStep, _ weights: UnsafeMutablePointer<Float>,
        _ gradients: UnsafeMutablePointer<Float>, _ first: UnsafeMutablePointer<Float>,
        _ second: UnsafeMutablePointer<Float>, _ count: Int, _ gradientScale: Float
    ) {
        table.kernels.pointee.adamw(
            weights, gradients, first, second, count, gradientScale, Float(AdamWStep.beta1),
            Float(1 - AdamWStep.beta1), Float(AdamWStep.beta2), Float(1 - AdamWStep.beta2),
            step.rate, step.root, AdamWStep.epsilon, step.decay)
    }
}
