import Compression
import Foundation

/// What `metrics/quantize.json` says.
struct QuantizeMetrics {
    private var values: [String: Double] = [:]

    /// Collects the numbers; `errors` are relative weight errors by parameter.
    init(
        comparison: QuantizationComparison, errors: [WeightError], bytes: Int, floatBytes: Int
    ) {
        values["bytes"] = Double(bytes)
        values["bytes_before"] = Double(floatBytes)
        set("size_ratio", bytes > 0 ? Double(floatBytes) / Double(bytes) : 0)
        set("valid_label_agreement", comparison.labelAgreement)
        set("logit_difference_max", comparison.largestLogitDifference)
        set("logit_difference_mean", comparison.meanLogitDifference)
        if let accuracy = comparison.accuracy { set("valid_accuracy", accuracy) }
        if let accuracy = comparison.floatAccuracy { set("valid_accuracy_before", accuracy) }
        // The three worst by rank, not by name, so that the keys stay the same.
        for (rank, error) in errors.prefix(3).enumerated() {
            set("weight_error_\(rank + 1)", error.relative)
        }
        if !errors.isEmpty {
            set("weight_error_mean", errors.reduce(0) { $0 + $1.relative } / Double(errors.count))
        }
    }

    /// Writes the file: keys sorted, numbers rounded to six decimals.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let data = try encoder.encode(values) + Data("\n".utf8)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private mutating func set(_ key: String, _ value: Double) {
        values[key] = (value * 1e6).rounded() / 1e6
    }
}
