public import Models

/// What the parts of an encoder cost, in parameters or in milliseconds: a fixed part, and for every
/// layer what its heads and its neurons cost.
public struct StructureCosts: Sendable, Equatable, Codable {
    /// A number of units in one layer and what they cost there.
    public struct Point: Sendable, Equatable, Codable {
        /// Heads or neurons.
        public let count: Int
        /// Their cost beyond the fixed part.
        public let cost: Double

        /// Creates a point.
        public init(count: Int, cost: Double) {
            self.count = count
            self.cost = cost
        }
    }

    /// What a model costs whatever its layers have.
    public let fixed: Double
    /// The cost of a layer's heads, by rising number; between two points it rises evenly.
    public let heads: [Point]
    /// The cost of a layer's neurons, likewise.
    public let neurons: [Point]

    /// Creates costs; throws `CompressionError.mismatch` unless numbers rise and costs are finite.
    public init(fixed: Double, heads: [Point], neurons: [Point]) throws {
        (self.fixed, self.heads, self.neurons) = (fixed, heads, neurons)
        try validate()
    }

    /// The parameters of a classifier of this form.
    public static func parameters(_ config: EncoderConfig, total: Int) throws -> StructureCosts {
        let (hidden, size) = (Double(config.hiddenSize), Double(config.headSize))
        let head = 4 * hidden * size + 3 * size
        let neuron = 2 * hidden + 1
        let units = config.layers.reduce(0.0) {
            $0 + head * Double($1.heads) + neuron * Double($1.intermediate)
        }
        let (heads, neurons) = (
            config.layers.map(\.heads).max() ?? 1, config.layers.map(\.intermediate).max() ?? 1
        )
        return try StructureCosts(
            fixed: Double(total) - units,
            heads: [Point(count: 0, cost: 0), Point(count: heads, cost: head * Double(heads))],
            neurons: [
                Point(count: 0, cost: 0), Point(count: neurons, cost: neuron * Double(neurons)),
            ])
    }

    /// What a model of these layers costs.
    public func total(_ layers: [LayerShape]) -> Double {
        layers.reduce(fixed) {
            $0 + cost(heads, $1.heads) + cost(neurons, $1.intermediate)
        }
    }

    /// Throws `CompressionError.mismatch` for a table that cannot be read as costs.
    public func validate() throws {
        for (what, points) in [("heads", heads), ("neurons", neurons)] {
            let rises = zip(points, points.dropFirst()).allSatisfy { $0.count < $1.count }
            guard !points.isEmpty, rises, points.allSatisfy({ $0.cost.isFinite && $0.count >= 0 })
            else {
                throw CompressionError.mismatch(
                    "costs of \(what)", expected: "finite costs of rising numbers of \(what)",
                    found: "\(points.map { "\($0.count): \($0.cost)" })")
            }
        }
        guard fixed.isFinite else {
            throw CompressionError.mismatch(
                "fixed costs", expected: "a finite number", found: "\(fixed)")
        }
    }

    /// The cost of a number of heads in a layer.
    func headCost(_ count: Int) -> Double { cost(heads, count) }

    /// The cost of a number of neurons in a layer.
    func neuronCost(_ count: Int) -> Double { cost(neurons, count) }

    /// On the line through the two points around `count`, or nearest to it.
    private func cost(_ points: [Point], _ count: Int) -> Double {
        guard points.count > 1 else { return points[0].cost }
        let upper = min(
            max(points.firstIndex { $0.count >= count } ?? points.count, 1), points.count - 1)
        let (a, b) = (points[upper - 1], points[upper])
        let share = Double(count - a.count) / Double(b.count - a.count)
        return a.cost + share * (b.cost - a.cost)
    }
}
