import Tensors

/// Importance of heads and neurons, summed over sequences.
///
/// After Michel et al. 2019 (arXiv:1905.10650): for a mask m = 1 on a head or neuron, |dL/dm| of one sequence is |Σ over its tokens of a·dL/da|,
/// where `a` is the head's context vector or the neuron's activation.
public final class GateGradients: @unchecked Sendable {
    /// Per layer, one sum a head.
    public internal(set) var heads: [[Float]]
    /// Per layer, one sum an intermediate neuron.
    public internal(set) var neurons: [[Float]]

    /// Creates zeros for a model.
    public init(config: EncoderConfig) {
        heads = config.layers.map { [Float](repeating: 0, count: $0.heads) }
        neurons = config.layers.map { [Float](repeating: 0, count: $0.intermediate) }
    }
}

/// Where one layer of one backward pass puts its gate gradients.
struct GateAccumulator {
    let target: GateGradients
    let layer: Int
    let attention: AttentionLayout

    func addHeads(_ context: Tensor, _ dContext: Tensor, compute: Compute) {
        for products in sequences(context, dContext, compute: compute) {
            for head in 0..<attention.heads {
                let channels = head * attention.headSize..<(head + 1) * attention.headSize
                target.heads[layer][head] += abs(channels.reduce(Float(0)) { $0 + products[$1] })
            }
        }
    }

    func addNeurons(_ activated: Tensor, _ dActivated: Tensor, compute: Compute) {
        for products in sequences(activated, dActivated, compute: compute) {
            for neuron in products.indices {
                target.neurons[layer][neuron] += abs(products[neuron])
            }
        }
    }

    /// Per sequence, the sums over its tokens of `a · b`.
    private func sequences(_ a: Tensor, _ b: Tensor, compute: Compute) -> [[Float]] {
        zip(attention.offsets, attention.offsets.dropFirst()).map { begin, end in
            let sums = compute.zeroScratch([a.columns])
            compute.addProductSums(a.rows(begin..<end), b.rows(begin..<end), to: sums)
            return sums.values
        }
    }
}
