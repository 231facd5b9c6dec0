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
///
/// Word embeddings without a gradient in a step are left behind and made up for by `catchUp`: the
/// bits are those of updating everything in every step, which `update(_:gradients:…)` with full
/// gradients does.
struct AdamW {
    let weightDecay: Double
    let clip: Double
    /// The running means of the gradients and of their squares.
    let first: Tensor
    let second: Tensor
    /// Updates so far.
    private(set) var steps: Int
    private let runs: [Run]
    /// The word table, when there is one, is the beginning of the buffer.
    private let table: [Int]
    private var idle: IdleSteps

    private struct Run {
        var range: Range<Int>
        let decays: Bool
    }

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
        table = parameters.wordTable
        idle = IdleSteps(rows: table[0], steps: steps)
        runs = Self.runs(parameters, from: table[0] * table[1])
    }

    /// Brings word embeddings up to date: those of `words` before a pass reads them, or all for nil
    /// before anyone else does.
    mutating func catchUp(_ words: [Int32]?, _ parameters: Parameters, compute: Compute) {
        compute.catchUp(
            &idle, rows: words, weights: tablePart(parameters.buffer), first: tablePart(first),
            second: tablePart(second))
    }

    /// Applies one update and returns the gradients' norm before clipping; the batch's words must
    /// be caught up.
    ///
    /// A norm that is not finite leaves everything as it was.
    mutating func update(
        _ parameters: Parameters, gradients: StepGradients, learningRate: Double, compute: Compute
    ) -> Double {
        let norm =
            (compute.sumOfSquaresByRow(gradients.rows)
            + compute.sumOfSquares(gradients.dense.buffer)).squareRoot()
        guard norm.isFinite else { return norm }
        let scale = begin(norm)
        let step = step(learningRate, decays: true)
        compute.adamW(
            step, weights: tablePart(parameters.buffer), gradients: gradients.rows,
            rows: gradients.words, first: tablePart(first), second: tablePart(second),
            gradientScale: scale)
        idle.append(step, updated: gradients.words)
        updateRuns(
            parameters, gradients.dense.buffer, startingAt: table[0] * table[1], learningRate,
            scale,
            compute)
        return norm
    }

    /// The obvious twin: as above with a gradient for every weight, and all words caught up.
    mutating func update(
        _ parameters: Parameters, gradients: Parameters, learningRate: Double, compute: Compute
    ) -> Double {
        let words = table[0] * table[1]
        let rest = gradients.buffer.view(from: words, shape: [gradients.buffer.count - words])
        let norm =
            (compute.sumOfSquaresByRow(tablePart(gradients.buffer)) + compute.sumOfSquares(rest))
            .squareRoot()
        guard norm.isFinite else { return norm }
        let scale = begin(norm)
        let step = step(learningRate, decays: true)
        compute.adamW(
            step, weights: tablePart(parameters.buffer), gradients: tablePart(gradients.buffer),
            first: tablePart(first), second: tablePart(second), gradientScale: scale)
        idle.append(step, updated: nil)
        updateRuns(parameters, rest, startingAt: words, learningRate, scale, compute)
        return norm
    }

    /// Counts a step and returns the factor that clips its gradients.
    private mutating func begin(_ norm: Double) -> Float {
        steps += 1
        return Float(min(1, clip / (norm + 1e-6)))
    }

    private func step(_ learningRate: Double, decays: Bool) -> AdamWStep {
        AdamWStep(
            step: steps, rate: Float(learningRate), decay: decays ? Float(weightDecay) : 0)
    }

    private func updateRuns(
        _ parameters: Parameters, _ gradients: Tensor, startingAt start: Int,
        _ learningRate: Double, _ scale: Float, _ compute: Compute
    ) {
        for run in runs {
            func part(_ buffer: Tensor, _ offset: Int = 0) -> Tensor {
                buffer.view(from: run.range.lowerBound - offset, shape: [run.range.count])
            }
            compute.adamW(
                step(learningRate, decays: run.decays), weights: part(parameters.buffer),
                gradients: part(gradients, start), first: part(first), second: part(second),
                gradientScale: scale)
        }
    }

    private func tablePart(_ buffer: Tensor) -> Tensor { buffer.view(from: 0, shape: table) }

    /// The buffer from `start` on, cut where decay begins or ends.
    private static func runs(_ parameters: Parameters, from start: Int) -> [Run] {
        var runs: [Run] = []
        for name in parameters.names {
            let range = parameters.range(of: name)
            guard range.lowerBound >= start else { continue }
            let decays = parameters.shape(of: name).count > 1
            if let last = runs.last, last.decays == decays,
                last.range.upperBound == range.lowerBound
            {
                runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                runs.append(Run(range: range, decays: decays))
            }
        }
        return runs
    }
}
