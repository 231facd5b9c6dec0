import Compression
import StageKit
import Tensors

/// What 4 bits cost each matrix of a model by itself, and which to give them within a budget.
struct SensitivitySweep {
    /// The mean divergence of the model in 8 bits from the float model.
    let baseline: Double
    /// One for every candidate, in the checkpoint's order.
    let choices: [BitChoice]
    /// Those that get 4 bits.
    let chosen: Set<String>

    /// Measures every candidate and chooses; throws where the budget is too small.
    ///
    /// - Parameters:
    ///   - float: the float model's logits.
    ///   - logits: those of a quantized model on the same rows; is told the fraction done.
    init(
        _ mixed: MixedPrecision, budget: Int, float: Tensor,
        logits: (QuantizedClassifier, Double) throws -> Tensor
    ) throws {
        let savings = try mixed.savings()
        let total = Double(mixed.candidates.count + 1)
        let baseline = meanDivergence(
            from: float, to: try logits(try mixed.classifier(inFour: []), 0))
        choices = try mixed.candidates.enumerated().map { number, name in
            let found = try logits(
                try mixed.classifier(inFour: [name]), Double(number + 1) / total)
            return BitChoice(
                name: name, loss: meanDivergence(from: float, to: found) - baseline,
                saved: savings[name] ?? 0)
        }
        self.baseline = baseline
        guard
            let chosen = try BitChoice.within(
                budget, choices: choices, byteCount: mixed.byteCount)
        else {
            let least = try mixed.byteCount(
                inFour: Set(choices.filter { $0.saved > 0 }.map(\.name)))
            throw CompressionError.invalidOption(
                "quantize.budget_bytes", found: "\(budget)",
                expected: "\(least) or more: the model with every matrix at its smallest")
        }
        self.chosen = chosen
    }
}

extension Metrics {
    /// Notes what was measured and chosen, by the names of the checkpoint.
    mutating func add(_ sweep: SensitivitySweep) {
        set("sensitivity.baseline", sweep.baseline)
        for choice in sweep.choices {
            set("sensitivity.\(choice.name).loss", choice.loss)
            set("sensitivity.\(choice.name).saved_bytes", choice.saved)
            set("sensitivity.\(choice.name).bits", sweep.chosen.contains(choice.name) ? 4 : 8)
        }
    }
}
