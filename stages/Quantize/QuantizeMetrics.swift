import Compression
import StageKit

/// What `metrics/quantize.json` says.
extension Metrics {
    /// Collects the numbers; `errors` are relative weight errors by parameter.
    init(
        comparison: QuantizationComparison, errors: [WeightError], bytes: Int, floatBytes: Int
    ) {
        self.init()
        set("bytes", bytes)
        set("bytes_before", floatBytes)
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
}
