public import Models
public import Tensors

/// Measures unit importance: the mean of |dL/dm| over sequences for a mask m = 1 on every head and
/// neuron (Michel et al., arXiv 1905.10650).
///
/// - Parameters:
///   - batches: packed training sequences.
///   - gradient: batch index and logits `[B, classes]` → dL/dlogits, the loss being a sum over
///     sequences; a mean would only scale all scores.
///   - progress: is told the fraction done; throws to stop.
public func unitImportance(
    of classifier: Classifier, batches: [TokenBatch], compute: Compute,
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
    return UnitImportance(
        heads: gates.heads.map { $0.map { $0 / sequences } },
        neurons: gates.neurons.map { $0.map { $0 / sequences } })
}
