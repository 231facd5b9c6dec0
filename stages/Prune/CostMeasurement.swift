import Compression
import Models
import Tensors

/// Measures what heads and neurons cost: milliseconds of the INT8 runtime for one text at a time, on
/// one thread.
struct CostMeasurement {
    /// The form of the model; weights do not matter.
    let config: EncoderConfig
    /// Tokens of the text.
    let tokens: Int

    /// Passes whose median counts, after a few that do not.
    private static let passes = 60

    /// The costs of fewer heads at all neurons and of fewer neurons at all heads; costs that do not
    /// rise are those of the smaller number, as more work cannot take less time.
    func costs(progress: (Double) throws -> Void) throws -> StructureCosts {
        let count = Double(config.layers.count)
        let most = LayerShape(
            heads: config.layers.map(\.heads).max() ?? 1,
            intermediate: config.layers.map(\.intermediate).max() ?? 1)
        let heads = Array(1...most.heads)
        let neurons = CostMeasurement.steps(most.intermediate)
        let shapes =
            heads.map { LayerShape(heads: $0, intermediate: most.intermediate) }
            + neurons.map { LayerShape(heads: most.heads, intermediate: $0) }
        let models = try shapes.map(model)
        let times = try milliseconds(models, progress: progress)
        func points(_ counts: [Int], _ times: ArraySlice<Double>) -> [StructureCosts.Point] {
            let least = times.first ?? 0
            var highest = 0.0
            return zip(counts, times).map { units, time in
                highest = max(highest, (time - least) / count)
                return StructureCosts.Point(count: units, cost: highest)
            }
        }
        let headCosts = points(heads, times[..<heads.count])
        let neuronCosts = points(neurons, times[heads.count...])
        let all = times[heads.count - 1]
        let units = (headCosts.last?.cost ?? 0) + (neuronCosts.last?.cost ?? 0)
        return try StructureCosts(
            fixed: all - count * units, heads: headCosts, neurons: neuronCosts)
    }

    /// Eight numbers of neurons up to `most`, in multiples of 16.
    private static func steps(_ most: Int) -> [Int] {
        let steps = Set((1...8).map { max(16, most * $0 / 8 / 16 * 16) } + [most])
        return steps.filter { $0 <= most }.sorted()
    }

    private func model(_ shape: LayerShape) throws -> QuantizedClassifier {
        var form = config
        form.layers = config.layers.map { _ in shape }
        form.vocabularySize = 64
        form.padTokenID = 0
        return try QuantizedClassifier.quantize(
            Classifier.initial(config: form, pooling: .mean, labels: ["a", "b"], seed: 0))
    }

    /// The medians, from passes in turns: what slows the machine for a while slows all of them.
    private func milliseconds(
        _ models: [QuantizedClassifier], progress: (Double) throws -> Void
    ) throws -> [Double] {
        let compute = try Compute(threads: 1)
        let text = TokenBatch([(0..<tokens).map { Int32($0 % 64) }])
        let clock = ContinuousClock()
        var times = models.map { _ in [Double]() }
        for pass in -5..<CostMeasurement.passes {
            for (index, model) in models.enumerated() {
                let start = clock.now
                _ = try model.logits(text, compute: compute)
                if pass >= 0 { times[index].append((clock.now - start) / .milliseconds(1)) }
            }
            try progress(Double(pass + 6) / Double(CostMeasurement.passes + 5))
        }
        return times.map { $0.sorted()[$0.count / 2] }
    }
}
