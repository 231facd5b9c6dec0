import Compression
import Foundation
import Models

/// What `metrics/prune.json` says.
struct PruneMetrics: Equatable {
    var bytesBefore = 0
    var bytesAfter = 0
    private var integers: [String: Int] = [:]
    private var fractions: [String: Double] = [:]

    /// Notes the student.
    mutating func before(_ model: Classifier, accuracy: Double) {
        integers["parameters_before"] = model.parameterCount
        fractions["valid_accuracy_before"] = accuracy
    }

    /// Notes the model without the units that went, before it recovered.
    mutating func afterStructure(_ model: Classifier, accuracy: Double) {
        integers["parameters_after_structure"] = model.parameterCount
        fractions["valid_accuracy_after_structure"] = accuracy
        for (layer, shape) in model.config.layers.enumerated() {
            integers["layer_\(layer)_heads"] = shape.heads
            integers["layer_\(layer)_neurons"] = shape.intermediate
        }
    }

    /// Notes the result: what is left, and where the zeros are.
    mutating func afterRecovery(_ model: Classifier, accuracy: Double) {
        fractions["valid_accuracy"] = accuracy
        var total = Zeros()
        var layers = model.config.layers.map { _ in Zeros() }
        for name in MagnitudeMask(for: model.parameters, scope: .layer).names {
            let found = Zeros(model.parameters[name].values)
            total.add(found)
            let parts = name.split(separator: ".")
            if parts.count > 3, let layer = Int(parts[3]), layers.indices.contains(layer) {
                layers[layer].add(found)
            }
        }
        integers["parameters"] = model.parameterCount - total.zeros
        fractions["sparsity"] = total.share
        for (layer, zeros) in layers.enumerated() {
            fractions["layer_\(layer)_sparsity"] = zeros.share
        }
    }

    /// Writes the file: keys sorted, numbers rounded to six decimals.
    func write(to path: String) throws {
        var values = integers.mapValues(Double.init)
        for (key, value) in fractions { values[key] = (value * 1e6).rounded() / 1e6 }
        values["bytes_before"] = Double(bytesBefore)
        values["bytes"] = Double(bytesAfter)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let data = try encoder.encode(values) + Data("\n".utf8)
        try data.write(to: URL(fileURLWithPath: path))
    }
}

/// How many of how many weights are zero.
private struct Zeros {
    var zeros = 0
    var count = 0

    init() {}

    init(_ values: [Float]) {
        zeros = values.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        count = values.count
    }

    var share: Double { count > 0 ? Double(zeros) / Double(count) : 0 }

    mutating func add(_ other: Zeros) {
        zeros += other.zeros
        count += other.count
    }
}
