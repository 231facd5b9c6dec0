public import Models
public import Tensors

/// Trains a classifier for the integers that it is to run in, steps and all: quantization-aware
/// training with learned steps (LSQ, Esser et al., arXiv 1902.08153).
///
/// It begins at a model that was quantized after training. The encoder's weights are rounded in
/// every pass, and the inputs of its dense layers as the integer kernels round them, token by token.
/// Learned are the weights and each row's step, as a factor on where it began. Embeddings stay in
/// the integers that they have; a weight of zero stays zero; multipliers of 4-bit groups stay.
public final class LearnedSteps: ComputedWeights {
    private let start: QuantizedWeights
    private let grids: [RowGrid]
    private let rate: Float
    /// The factor of every row, matrix after matrix.
    let factors: Tensor
    private let first: Tensor
    private let second: Tensor
    private let slopes: Tensor
    private let words: Tensor
    private let positions: Tensor

    /// The least and the largest factor: a step must not turn round.
    private static let limits: ClosedRange<Float> = 0.1...10

    /// Begins at `quantized`.
    ///
    /// - Parameter rate: Adam's learning rate for the factors, the same in every step. Adam divides
    ///   by the size of its gradients, so the scale that LSQ gives these has no part.
    public init(startingAt quantized: QuantizedClassifier, rate: Double) throws {
        start = quantized.weights
        self.rate = Float(rate)
        var grids: [RowGrid] = []
        let layout = WeightLayout(quantized.config, classes: quantized.labels.count)
        for entry in layout.entries where entry.role == .matrix {
            let first = grids.last?.rows.upperBound ?? 0
            grids.append(RowGrid(entry.name, try start.stored(entry.name), firstRow: first))
        }
        self.grids = grids
        let rows = grids.last?.rows.upperBound ?? 0
        factors = Tensor(zeros: [rows])
        factors.fill(1)
        first = Tensor(zeros: [rows])
        second = Tensor(zeros: [rows])
        slopes = Tensor(zeros: [rows])
        words = start.table.expanded()
        positions = try start.matrix(WeightLayout.positions).expanded()
    }

    /// The trained weights, rounded; embeddings as they are stored.
    public func write(
        from trained: Parameters, to model: Parameters, step: Int, of total: Int, compute: Compute
    ) {
        model.buffer.assign(trained.buffer)
        model[WeightLayout.words].assign(words)
        model[WeightLayout.positions].assign(positions)
        let (grids, factors) = (grids, factors)
        compute.forEach(grids.count) { index in
            let grid = grids[index]
            model[grid.name].withUnsafeMutableBuffer { weights in
                for row in 0..<grid.rows.count {
                    let factor = factors[grid.rows.lowerBound + row]
                    for group in grid.groups(of: row, factor: factor) {
                        for place in group.places {
                            weights[place] = group.value(group.code(weights[place]))
                        }
                    }
                }
            }
        }
    }

    /// What the integer kernels make of an input.
    public func reading(compute: Compute) -> ((ActivationSite, Tensor) -> Tensor)? {
        { compute.throughBytes($1) }
    }

    /// Moves the factors; weights beyond the last level, and those that are zero, get no gradient.
    public func pullBack(
        _ gradients: Parameters, trained: Parameters, step: Int, of total: Int, compute: Compute
    ) {
        let (grids, factors, slopes) = (grids, factors, slopes)
        compute.forEach(grids.count) { index in
            let grid = grids[index]
            trained[grid.name].withUnsafeBuffer { weights in
                gradients[grid.name].withUnsafeMutableBuffer { gradient in
                    for row in 0..<grid.rows.count {
                        let place = grid.rows.lowerBound + row
                        var sum = 0.0
                        for group in grid.groups(of: row, factor: factors[place]) {
                            sum += group.pullBack(gradient, weights: weights)
                        }
                        slopes[place] = Float(sum)
                    }
                }
            }
        }
        compute.adamW(
            AdamWStep(step: step + 1, rate: rate, decay: 0), weights: factors, gradients: slopes,
            first: first, second: second)
        factors.withUnsafeMutableBuffer { factors in
            for row in factors.indices {
                factors[row] = min(
                    max(factors[row], LearnedSteps.limits.lowerBound),
                    LearnedSteps.limits.upperBound)
            }
        }
    }

    /// The integers of a classifier that `write` has left its weights in.
    public func quantized(_ classifier: Classifier) throws -> QuantizedClassifier {
        var result = start
        for grid in grids {
            let weights = classifier.parameters[grid.name]
            guard weights.count == grid.rows.count * grid.columns else {
                throw CompressionError.mismatch(
                    "trained and quantized model",
                    expected: "[\(grid.rows.count), \(grid.columns)] for '\(grid.name)'",
                    found: "\(weights.shape)")
            }
            try LearnedSteps.requireFinite(weights, grid.name)
            let factors = (0..<grid.rows.count).map { self.factors[grid.rows.lowerBound + $0] }
            result.matrices[grid.name] = grid.stored(weights, factors: factors)
        }
        for name in start.floats.keys {
            try LearnedSteps.requireFinite(classifier.parameters[name], name)
            result.floats[name] = classifier.parameters[name].copy()
        }
        return try QuantizedClassifier(result)
    }

    private static func requireFinite(_ weights: Tensor, _ name: String) throws {
        if let place = weights.withUnsafeBuffer({ $0.firstIndex { !$0.isFinite } }) {
            throw CompressionError.nonFiniteWeight(
                tensor: name, row: place / max(1, weights.columns))
        }
    }
}
