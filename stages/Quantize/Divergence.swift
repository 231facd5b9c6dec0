import Foundation
import Tensors

/// How far the answers of one model are from another's: the mean over rows of `KL(p‖q)` in nats.
///
/// Both logits are `[rows, classes]`.
func meanDivergence(from expected: Tensor, to found: Tensor) -> Double {
    let classes = expected.columns
    let (expected, found) = (expected.values, found.values)
    guard !expected.isEmpty else { return 0 }
    var sum = 0.0
    for first in stride(from: 0, to: expected.count, by: classes) {
        let p = logProbabilities(expected[first..<first + classes])
        let q = logProbabilities(found[first..<first + classes])
        for (p, q) in zip(p, q) { sum += exp(p) * (p - q) }
    }
    return sum / Double(expected.count / classes)
}

private func logProbabilities(_ logits: ArraySlice<Float>) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let total = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    return logits.map { Double($0) - largest - log(total) }
}
