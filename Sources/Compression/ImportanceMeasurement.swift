public import Models
public import Tensors

/// Measures importance over sequences at a mask m = 1 on every head, neuron and layer.
///
/// - Parameters:
///   - measure: what is made of dL/dm of one sequence.
///   - batches: packed training sequences.
///   - gradient: batch index and logits `[B, classes]` → dL/dlogits, the loss being a sum over
///     sequences; a mean would only scale all scores.
///   - progress: is told the fraction done; throws to stop.
public func unitImportance(
    of classifier: Classifier, by measure: ImportanceMeasure = .gate, batches: [TokenBatch],
    compute: Compute,
    gradient: (_ batch: Int, _ logits: Tensor) throws -> Tensor,
    progress: (Double) throws -> Void = { _ in }
) throws -> UnitImportance {
    let gates = GateGradients(config: classifier.config)
    let unused = classifier.parameters.twin()
    for (index, batch) in batches.enumerated() {
        let pass = try classifier.forward(batch, dropout: nil, compute: compute)
        try classifier.backward(
            pass, dLogits: gradient(index, pass.logits), gradients: unused, gates: gates,
            compute: compute)
        try progress(Double(index + 1) / Double(batches.count))
    }
    let sequences = Float(max(batches.reduce(0) { $0 + $1.count }, 1))
    let sums = measure == .gate ? gates.absolute : gates.squares
    return UnitImportance(
        heads: sums.heads.map { $0.map { $0 / sequences } },
        neurons: sums.neurons.map { $0.map { $0 / sequences } },
        layers: sums.layers.map { $0 / sequences })
}
