import Compression
import Models
import StageKit

/// What `metrics/prune.json` says.
extension Metrics {
    /// Notes the student.
    mutating func before(_ model: Classifier, accuracy: Double) {
        set("parameters_before", model.parameterCount)
        set("valid_accuracy_before", accuracy)
    }

    /// Notes the model without the units that went, before it recovered.
    mutating func afterStructure(_ model: Classifier, accuracy: Double) {
        set("parameters_after_structure", model.parameterCount)
        set("valid_accuracy_after_structure", accuracy)
        for (layer, shape) in model.config.layers.enumerated() {
            set("layer_\(layer)_heads", shape.heads)
            set("layer_\(layer)_neurons", shape.intermediate)
        }
    }

    /// Notes the result: what is left, and where the zeros are.
    mutating func afterRecovery(_ model: Classifier, accuracy: Double) {
        set("valid_accuracy", accuracy)
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
        set("parameters", model.parameterCount - total.zeros)
        set("sparsity", total.share)
        let stored = SparseCheckpoint.encoderBytes(of: model)
        set("encoder_bytes", stored.stored)
        set("encoder_bytes_dense", stored.dense)
        for (layer, zeros) in layers.enumerated() {
            set("layer_\(layer)_sparsity", zeros.share)
        }
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
