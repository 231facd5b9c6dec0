public import Models

/// Which units compete for a budget: those of one layer, or those of the whole encoder.
public enum PruningScope: String, Sendable, Codable, CaseIterable { case layer, global }

/// How importance is measured at a gate m = 1, from dL/dm of single sequences.
public enum ImportanceMeasure: String, Sendable, Codable, CaseIterable {
    /// The mean of |dL/dm| (Michel et al., arXiv 1905.10650).
    case gate
    /// The mean of (dL/dm)²: the squared change of the loss without the unit, to first order
    /// (Molchanov et al., arXiv 1906.10771). Units of all kinds and layers can be compared.
    case taylor
}

/// How much the loss depends on each attention head, each feed-forward neuron and each layer.
public struct UnitImportance: Sendable, Equatable {
    /// One score per head, by layer.
    public var heads: [[Float]]
    /// One score per neuron, by layer.
    public var neurons: [[Float]]
    /// One score per layer, or none where layers were not measured.
    public var layers: [Float]

    /// Creates scores.
    public init(heads: [[Float]], neurons: [[Float]], layers: [Float] = []) {
        self.heads = heads
        self.neurons = neurons
        self.layers = layers
    }
}

/// The heads and neurons that stay, by layer, as ascending indices.
public struct StructurePlan: Sendable, Equatable {
    /// Heads that stay.
    public let heads: [[Int]]
    /// Feed-forward neurons that stay.
    public let neurons: [[Int]]

    /// Creates a plan from chosen units; they are checked where the plan is used.
    public init(heads: [[Int]], neurons: [[Int]]) {
        self.heads = heads
        self.neurons = neurons
    }

    /// Keeps the most important units, as fractions of those of `original`.
    ///
    /// `original` is what the fractions count from, which is more than there is to choose from when
    /// units went before. Scores are divided by the L2 norm of their layer. At least one head and
    /// 16 neurons stay in a layer; neurons stay in multiples of 16, for the kernels' sake. Ties go
    /// to the lower index. Throws `CompressionError` for fractions outside 0…1 and odd scores.
    public init(
        _ importance: UnitImportance, headsKept: Double, neuronsKept: Double, scope: PruningScope,
        original: [LayerShape]
    ) throws {
        heads = try chooseUnits(
            "heads", importance.heads, kept: headsKept, scope: scope,
            original: original.map(\.heads), multiple: 1)
        neurons = try chooseUnits(
            "neurons", importance.neurons, kept: neuronsKept, scope: scope,
            original: original.map(\.intermediate), multiple: 16)
    }
}

private func chooseUnits(
    _ name: String, _ scores: [[Float]], kept: Double, scope: PruningScope, original: [Int],
    multiple: Int
) throws -> [[Int]] {
    guard kept >= 0, kept <= 1 else {
        throw CompressionError.invalidOption("\(name)_kept", found: "\(kept)", expected: "0…1")
    }
    guard scores.count == original.count else {
        throw CompressionError.mismatch(
            "scores of \(name)", expected: "\(original.count) layers",
            found: "\(scores.count) layers")
    }
    if let layer = scores.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
        throw CompressionError.mismatch(
            "scores of \(name)", expected: "finite numbers",
            found: "a number that is not finite in layer \(layer)")
    }
    let normal = scores.map(normalised)
    let wanted =
        switch scope {
        case .layer: original.map { kept * Double($0) }
        case .global: shares(of: kept * Double(original.reduce(0, +)), among: normal)
        }
    return zip(normal, wanted).map { scores, wanted in
        let multiples = Int((wanted / Double(multiple)).rounded()) * multiple
        let count = min(max(multiples, multiple), scores.count)
        return ranked(scores).prefix(count).sorted()
    }
}

/// How many of the best units overall fall into each layer.
private func shares(of budget: Double, among scores: [[Float]]) -> [Double] {
    let layers = scores.indices.flatMap { layer in scores[layer].map { _ in layer } }
    var counts = [Double](repeating: 0, count: scores.count)
    for unit in ranked(scores.flatMap { $0 }).prefix(Int(budget.rounded())) {
        counts[layers[unit]] += 1
    }
    return counts
}

private func normalised(_ scores: [Float]) -> [Float] {
    let norm = scores.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return norm > 0 ? scores.map { Float(Double($0) / norm) } : scores
}

/// Indices from the highest score to the lowest.
private func ranked(_ scores: [Float]) -> [Int] {
    scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
}
