import Foundation
import Models
import Tensors

/// The hidden-state loss: `1 − cos` between the student's and the teacher's sentence vectors.
///
/// A sentence vector is the mean of a layer's hidden states over the tokens of the sequence. The
/// loss is the mean over sequences and chosen layers, times `weight`.
struct SentenceCosine {
    let weight: Double

    /// Loss of a batch, and the gradient by the hidden states of each layer, [tokens, hidden].
    func evaluate(_ pass: ForwardPass, batch: TokenBatch, teacher: [Int: [[Float]]])
        -> (loss: Double, gradients: [Int: Tensor])
    {
        var loss = 0.0
        var gradients: [Int: Tensor] = [:]
        let share = weight / Double(max(1, teacher.count * batch.count))
        for (layer, targets) in teacher.sorted(by: { $0.key < $1.key }) {
            let hidden = pass.hidden(layer)
            let width = hidden.columns
            let means = Self.means(hidden, batch: batch)
            var gradient = [Float](repeating: 0, count: hidden.count)
            for row in 0..<batch.count {
                let range = batch.offsets[row]..<batch.offsets[row + 1]
                let (distance, slope) = Self.distance(means[row], targets[row])
                loss += share * distance
                let factor = share / Double(max(1, range.count))
                for token in range {
                    for c in 0..<width { gradient[token * width + c] = Float(slope[c] * factor) }
                }
            }
            gradients[layer] = Tensor(gradient, shape: hidden.shape)
        }
        return (loss, gradients)
    }

    /// The mean hidden state of every sequence of a packed batch.
    static func means(_ hidden: Tensor, batch: TokenBatch) -> [[Double]] {
        let values = hidden.values
        let width = hidden.columns
        return (0..<batch.count).map { row in
            let range = batch.offsets[row]..<batch.offsets[row + 1]
            var mean = [Double](repeating: 0, count: width)
            for token in range {
                for c in 0..<width { mean[c] += Double(values[token * width + c]) }
            }
            let share = 1 / Double(max(1, range.count))
            return mean.map { $0 * share }
        }
    }

    /// `1 − cos(a, b)` and its gradient by `a`; a zero vector is at distance 1, without a slope.
    static func distance(_ a: [Double], _ b: [Float]) -> (Double, [Double]) {
        var product = 0.0
        var squareA = 0.0
        var squareB = 0.0
        for (x, y) in zip(a, b) {
            product += x * Double(y)
            squareA += x * x
            squareB += Double(y) * Double(y)
        }
        let norms = (squareA * squareB).squareRoot()
        guard norms > 1e-12 else { return (1, Array(repeating: 0, count: a.count)) }
        let cosine = product / norms
        let slope = zip(a, b).map { x, y in cosine * x / squareA - Double(y) / norms }
        return (1 - cosine, slope)
    }
}
