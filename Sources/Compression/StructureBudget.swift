import Models

extension StructurePlan {
    /// Keeps as much as a budget allows: what is worth least for its cost goes first.
    ///
    /// In every step each layer offers its least important head, and its 16 least important neurons;
    /// of all offers the one with the least importance per cost goes, until the costs are within the
    /// budget. Scores are compared as they are, over layers and kinds, so they should be of one
    /// measure. A head and 16 neurons stay in every layer; ties go to the later layer and to neurons.
    ///
    /// Throws `CompressionError` for a budget that this cannot reach, and odd scores.
    public init(
        _ importance: UnitImportance, budget: Double, costs: StructureCosts
    ) throws {
        guard importance.heads.count == importance.neurons.count,
            (importance.heads + importance.neurons).allSatisfy({ $0.allSatisfy(\.isFinite) })
        else {
            throw CompressionError.mismatch(
                "scores of heads and neurons", expected: "finite numbers for equally many layers",
                found: "\(importance.heads.count) and \(importance.neurons.count) layers")
        }
        var layers = zip(importance.heads, importance.neurons).map { OfferingLayer($0, $1) }
        var total = costs.total(layers.map(\.shape))
        while total > budget {
            let offers = layers.indices.flatMap { layer in
                layers[layer].offers(costs).map { (layer: layer, offer: $0) }
            }
            guard
                let cheapest = offers.min(by: { a, b in
                    (a.offer.rank, b.layer) < (b.offer.rank, a.layer)
                })
            else {
                throw CompressionError.mismatch(
                    "budget and costs", expected: "at least \(total)", found: "\(budget)")
            }
            layers[cheapest.layer].accept(cheapest.offer)
            total = costs.total(layers.map(\.shape))
        }
        self.init(
            heads: layers.map { $0.heads.sorted() }, neurons: layers.map { $0.neurons.sorted() })
    }
}

/// The heads and neurons that one layer still has, the most important first.
private struct OfferingLayer {
    private(set) var heads: [Int]
    private(set) var neurons: [Int]
    private let headScores: [Float]
    private let neuronScores: [Float]

    /// Something that a layer could do without.
    struct Offer {
        let heads: Int
        let neurons: Int
        /// Importance over what it saves; what saves nothing comes last.
        let rank: Double
    }

    init(_ headScores: [Float], _ neuronScores: [Float]) {
        (self.headScores, self.neuronScores) = (headScores, neuronScores)
        heads = headScores.indices.sorted { (headScores[$0], $1) > (headScores[$1], $0) }
        neurons = neuronScores.indices.sorted { (neuronScores[$0], $1) > (neuronScores[$1], $0) }
    }

    var shape: LayerShape { LayerShape(heads: heads.count, intermediate: neurons.count) }

    func offers(_ costs: StructureCosts) -> [Offer] {
        var result: [Offer] = []
        // Down to a multiple of 16, which the kernels like.
        let block = (neurons.count - 1) % 16 + 1
        if neurons.count - block >= 16 {
            let worth = neurons.suffix(block).reduce(0.0) { $0 + Double(neuronScores[$1]) }
            let saved =
                costs.neuronCost(neurons.count) - costs.neuronCost(neurons.count - block)
            result.append(Offer(heads: 0, neurons: block, rank: rank(worth, saved)))
        }
        if heads.count > 1, let last = heads.last {
            let saved = costs.headCost(heads.count) - costs.headCost(heads.count - 1)
            result.append(Offer(heads: 1, neurons: 0, rank: rank(Double(headScores[last]), saved)))
        }
        return result
    }

    mutating func accept(_ offer: Offer) {
        heads.removeLast(offer.heads)
        neurons.removeLast(offer.neurons)
    }

    private func rank(_ worth: Double, _ saved: Double) -> Double {
        saved > 0 ? worth / saved : .infinity
    }
}
