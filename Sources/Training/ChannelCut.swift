import Models
import Tensors

/// Some channels of the token states, cut out of every weight that reads or writes them.
struct ChannelCut {
    private let channels: [Int]?

    /// Keeps these channels, in this order; nil for all.
    init(_ channels: [Int]?) { self.channels = channels }

    /// The part of a weight that belongs to the channels.
    func applied(to weight: Tensor, name: String) -> Tensor {
        guard let channels else { return weight }
        // The attention and the intermediate layer have widths of their own.
        let reads = ["query.weight", "key.weight", "value.weight", "intermediate.dense.weight"]
        let isTable = name.hasPrefix("bert.embeddings.") && weight.shape.count == 2
        if isTable || name == "classifier.weight" || reads.contains(where: name.hasSuffix) {
            return columns(channels, of: weight)
        }
        let inside = ["query.bias", "key.bias", "value.bias", "intermediate.dense.bias"]
        if name == "classifier.bias" || inside.contains(where: name.hasSuffix) { return weight }
        if weight.shape.count == 2 { return weight.gathering(channels) }
        return Tensor(channels.map { weight[$0] }, shape: [channels.count])
    }

    private func columns(_ kept: [Int], of weight: Tensor) -> Tensor {
        let result = Tensor(zeros: [weight.rows, kept.count])
        let width = weight.columns
        weight.withUnsafeBuffer { source in
            result.withUnsafeMutableBuffer { target in
                for row in 0..<weight.rows {
                    for (place, column) in kept.enumerated() {
                        target[row * kept.count + place] = source[row * width + column]
                    }
                }
            }
        }
        return result
    }
}
