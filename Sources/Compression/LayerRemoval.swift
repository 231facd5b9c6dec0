public import Models
import Tensors

extension Classifier {
    /// A classifier with these encoder layers only, as ascending indices: each of the others gives
    /// its input as its output.
    ///
    /// Throws `CompressionError.mismatch` for indices that there are no layers for.
    public func keeping(layers kept: [Int]) throws -> Classifier {
        let ascending = zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 }
        guard let first = kept.first, let last = kept.last, ascending, first >= 0,
            last < config.layers.count
        else {
            throw CompressionError.mismatch(
                "kept layers and classifier",
                expected: "at least one of \(config.layers.count) layers, ascending",
                found: "\(kept)")
        }
        var smaller = config
        smaller.layers = kept.map { config.layers[$0] }
        let parameters = Parameters(config: smaller, classes: labels.count)
        for name in parameters.names {
            var parts = name.split(separator: ".").map(String.init)
            if parts.starts(with: ["bert", "encoder", "layer"]), parts.count > 3,
                let place = Int(parts[3])
            {
                parts[3] = String(kept[place])
            }
            parameters[name].assign(self.parameters[parts.joined(separator: ".")])
        }
        return try Classifier(
            config: smaller, pooling: pooling, labels: labels, parameters: parameters)
    }
}

extension UnitImportance {
    /// The most important layers, ascending; of equals the earlier.
    public func bestLayers(_ count: Int) -> [Int] {
        layers.indices.sorted { (layers[$0], $1) > (layers[$1], $0) }.prefix(count).sorted()
    }
}
