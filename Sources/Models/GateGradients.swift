import Tensors

/// Importance of heads, neurons and layers, summed over sequences.
///
/// For a gate m = 1 on a head or neuron, dL/dm of one sequence is Σ over its tokens of a·dL/da, where
/// `a` is the head's context vector or the neuron's activation; for one on what a layer adds to its
/// input x it is Σ (y − x)·dL/dy. Summed are absolute values (Michel et al. 2019, arXiv:1905.10650)
/// and squares (Molchanov et al. 2019, arXiv:1906.10771).
public final class GateGradients: @unchecked Sendable {
    /// Sums for the gates of one kind.
    public struct Sums: Sendable, Equatable {
        /// Per layer, one number a gate.
        public internal(set) var heads: [[Float]]
        /// Per layer, one number an intermediate neuron.
        public internal(set) var neurons: [[Float]]
        /// One number a layer.
        public internal(set) var layers: [Float]
    }

    /// Sums of absolute values.
    public internal(set) var absolute: Sums
    /// Sums of squares.
    public internal(set) var squares: Sums

    /// Creates zeros for a model.
    public init(config: EncoderConfig) {
        let zeros = Sums(
            heads: config.layers.map { [Float](repeating: 0, count: $0.heads) },
            neurons: config.layers.map { [Float](repeating: 0, count: $0.intermediate) },
            layers: [Float](repeating: 0, count: config.layers.count))
        (absolute, squares) = (zeros, zeros)
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
                let slope = channels.reduce(Float(0)) { $0 + products[$1] }
                target.absolute.heads[layer][head] += abs(slope)
                target.squares.heads[layer][head] += slope * slope
            }
        }
    }

    func addNeurons(_ activated: Tensor, _ dActivated: Tensor, compute: Compute) {
        for products in sequences(activated, dActivated, compute: compute) {
            for (neuron, slope) in products.enumerated() {
                target.absolute.neurons[layer][neuron] += abs(slope)
                target.squares.neurons[layer][neuron] += slope * slope
            }
        }
    }

    func addLayer(_ input: Tensor, _ output: Tensor, _ dOutput: Tensor, compute: Compute) {
        let with = sequences(output, dOutput, compute: compute)
        let without = sequences(input, dOutput, compute: compute)
        for (with, without) in zip(with, without) {
            let slope = zip(with, without).reduce(Float(0)) { $0 + ($1.0 - $1.1) }
            target.absolute.layers[layer] += abs(slope)
            target.squares.layers[layer] += slope * slope
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
