public import Models
import Tensors

extension Classifier {
    /// A smaller classifier with the planned units only: it computes what this one would with the
    /// other heads' and neurons' outputs set to zero.
    ///
    /// Throws `CompressionError.mismatch` for a plan that does not fit this classifier.
    public func keeping(_ plan: StructurePlan) throws -> Classifier {
        try plan.check(against: config.layers)
        var smaller = config
        smaller.layers = zip(plan.heads, plan.neurons).map {
            LayerShape(heads: $0.count, intermediate: $1.count)
        }
        let cuts = cuts(for: plan)
        let kept = Parameters(
            parameters.names.map { name in
                var shape = parameters.shape(of: name)
                if let cut = cuts[name] { shape[cut.axis] = cut.kept.count }
                return (name, shape)
            })
        for name in parameters.names {
            let source = parameters[name]
            kept[name].assign(cuts[name].map { select($0, of: source) } ?? source)
        }
        return try Classifier(config: smaller, pooling: pooling, labels: labels, parameters: kept)
    }

    /// Which rows or columns of which parameters stay.
    private func cuts(for plan: StructurePlan) -> [String: Cut] {
        var cuts: [String: Cut] = [:]
        for layer in config.layers.indices {
            let prefix = "bert.encoder.layer.\(layer)"
            let channels = plan.heads[layer].flatMap { head in
                head * config.headSize..<(head + 1) * config.headSize
            }
            for role in ["query", "key", "value"] {
                for part in ["weight", "bias"] {
                    cuts["\(prefix).attention.self.\(role).\(part)"] = Cut(axis: 0, kept: channels)
                }
            }
            cuts["\(prefix).attention.output.dense.weight"] = Cut(axis: 1, kept: channels)
            let neurons = plan.neurons[layer]
            cuts["\(prefix).intermediate.dense.weight"] = Cut(axis: 0, kept: neurons)
            cuts["\(prefix).intermediate.dense.bias"] = Cut(axis: 0, kept: neurons)
            cuts["\(prefix).output.dense.weight"] = Cut(axis: 1, kept: neurons)
        }
        return cuts
    }
}

/// Indices that stay along one axis of a parameter.
private struct Cut {
    let axis: Int
    let kept: [Int]
}

private func select(_ cut: Cut, of tensor: Tensor) -> Tensor {
    guard tensor.shape.count == 2 else {
        return Tensor(cut.kept.map { tensor[$0] }, shape: [cut.kept.count])
    }
    if cut.axis == 0 {
        let result = Tensor(zeros: [cut.kept.count, tensor.columns])
        for (row, kept) in cut.kept.enumerated() { result.row(row).assign(tensor.row(kept)) }
        return result
    }
    let result = Tensor(zeros: [tensor.rows, cut.kept.count])
    for row in 0..<tensor.rows {
        for (column, kept) in cut.kept.enumerated() { result[row, column] = tensor[row, kept] }
    }
    return result
}

extension StructurePlan {
    fileprivate func check(against layers: [LayerShape]) throws {
        guard heads.count == layers.count, neurons.count == layers.count else {
            throw CompressionError.mismatch(
                "plan and classifier", expected: "\(layers.count) layers",
                found: "\(heads.count) and \(neurons.count)")
        }
        for (layer, shape) in layers.enumerated() {
            try StructurePlan.check(heads[layer], of: shape.heads, "heads", layer)
            try StructurePlan.check(neurons[layer], of: shape.intermediate, "neurons", layer)
        }
    }

    private static func check(_ kept: [Int], of count: Int, _ name: String, _ layer: Int) throws {
        let ascending = zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 }
        guard let first = kept.first, let last = kept.last, ascending, first >= 0, last < count
        else {
            throw CompressionError.mismatch(
                "plan and classifier",
                expected: "at least one of \(count) \(name) of layer \(layer), ascending",
                found: "\(kept)")
        }
    }
}
