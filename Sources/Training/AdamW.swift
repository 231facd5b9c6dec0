import Models
import Tensors

/// AdamW with bias correction and decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101),
/// behind clipping of the global gradient norm.
///
/// Decay applies to matrices only. Per element, with t counted from 1, β₁ = 0.9, β₂ = 0.999 and
/// ε = 1e-8:
///
///     p ← p·(1 − η·λ);  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²
///     p ← p − η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
struct AdamW {
    let weightDecay: Double
    let clip: Double
    /// The running means of the gradients and of their squares.
    let first: Tensor
    let second: Tensor
    /// Updates so far.
    private(set) var steps: Int
    private let runs: [(range: Range<Int>, decays: Bool)]

    /// Moments of zero for `parameters`, or those of `steps` updates before.
    init(
        for parameters: Parameters, weightDecay: Double, clip: Double,
        resuming: (first: Tensor, second: Tensor, steps: Int)? = nil
    ) {
        self.weightDecay = weightDecay
        self.clip = clip
        first = resuming?.first ?? Tensor(zeros: parameters.buffer.shape)
        second = resuming?.second ?? Tensor(zeros: parameters.buffer.shape)
        steps = resuming?.steps ?? 0
        runs = Self.runs(parameters)
    }

    /// Applies one update and returns the gradients' norm before clipping.
    ///
    /// A norm that is not finite leaves everything as it was.
    mutating func update(
        _ parameters: Parameters, gradients: Parameters, learningRate: Double, compute: Compute
    ) -> Double {
        let norm = compute.sumOfSquares(gradients.buffer).squareRoot()
        guard norm.isFinite else { return norm }
        steps += 1
        let scale = Float(min(1, clip / (norm + 1e-6)))
        for (range, decays) in runs {
            func part(_ buffer: Tensor) -> Tensor {
                buffer.view(from: range.lowerBound, shape: [range.count])
            }
            compute.adamW(
                weights: part(parameters.buffer), gradients: part(gradients.buffer),
                first: part(first), second: part(second), step: steps, rate: Float(learningRate),
                decay: decays ? Float(weightDecay) : 0, gradientScale: scale)
        }
        return norm
    }

    /// The buffer cut where decay begins or ends.
    private static func runs(_ parameters: Parameters) -> [(range: Range<Int>, decays: Bool)] {
        var runs: [(range: Range<Int>, decays: Bool)] = []
        for name in parameters.names {
            let range = parameters.range(of: name)
            let decays = parameters.shape(of: name).count > 1
            if let last = runs.last, last.decays == decays,
                last.range.upperBound == range.lowerBound
            {
                runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                runs.append((range, decays))
            }
        }
        return runs
    }
}
