public import Models
import Tensors

/// How far the integers of one parameter are from its float weights.
public struct WeightError: Sendable, Equatable {
    /// The parameter.
    public let name: String
    /// Root of the mean squared difference over the root mean square of the weights; 0 where all
    /// weights are 0.
    public let relative: Double
}

extension Classifier {
    /// The errors of all parameters that `quantized` holds as integers, the largest first.
    ///
    /// Throws `CompressionError.mismatch` for a model of other shapes.
    public func weightErrors(of quantized: QuantizedClassifier) throws -> [WeightError] {
        guard quantized.config.layers == config.layers else {
            throw CompressionError.mismatch(
                "float and integer model", expected: "\(config.layers)",
                found: "\(quantized.config.layers)")
        }
        let weights = quantized.weights
        let entries = WeightLayout(config, classes: labels.count).entries
        let errors = try entries.filter { $0.role != .float }.map { entry in
            let integers =
                entry.role == .table
                ? weights.table.expanded()
                : try weights.matrix(entry.name).expanded()
            return WeightError(
                name: entry.name,
                relative: relativeError(of: integers, against: parameters[entry.name]))
        }
        return errors.sorted { ($0.relative, $1.name) > ($1.relative, $0.name) }
    }
}

private func relativeError(of found: Tensor, against expected: Tensor) -> Double {
    var (difference, size) = (0.0, 0.0)
    for (found, expected) in zip(found.values, expected.values) {
        difference += Double(found - expected) * Double(found - expected)
        size += Double(expected) * Double(expected)
    }
    return size > 0 ? (difference / size).squareRoot() : 0
}
