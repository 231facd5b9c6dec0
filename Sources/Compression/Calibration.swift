public import Models
public import Tensors

/// Chooses the ranges of a classifier's activations from sentences that it reads.
///
/// The sentences have to be training rows: what is chosen on rows says nothing of these rows.
public struct Calibration: Sendable, Equatable {
    /// How a range is chosen.
    public var method: CalibrationMethod
    /// The share of values that `percentile` keeps, in per cent.
    public var percentile: Double

    /// Creates a calibration; `validate()` checks it.
    public init(method: CalibrationMethod, percentile: Double = 99.99) {
        self.method = method
        self.percentile = percentile
    }

    /// Throws `CompressionError.invalidOption` for a percentile that keeps nothing or too much.
    public func validate() throws {
        guard percentile > 50, percentile <= 100 else {
            throw CompressionError.invalidOption(
                "percentile", found: "\(percentile)", expected: "above 50, at most 100")
        }
    }

    /// The range of every site of `classifier`, which reads `batches` twice: for the ends, and for
    /// the steps between them.
    ///
    /// - Parameter progress: called after every batch with the fraction done; may throw to stop.
    public func ranges(
        of classifier: Classifier, reading batches: [TokenBatch], compute: Compute,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> [ActivationSite: ActivationRange] {
        try validate()
        guard !batches.isEmpty else {
            throw CompressionError.mismatch(
                "calibration and rows", expected: "1 row or more", found: "none")
        }
        let steps = Double(2 * batches.count)
        var ends: [ActivationSite: (low: Float, high: Float)] = [:]
        for (number, batch) in batches.enumerated() {
            _ = try classifier.logits(batch, compute: compute) { site, x in
                let seen = ends[site] ?? (0, 0)
                let (low, high) = x.extremes
                guard low.isFinite, high.isFinite else {
                    throw CompressionError.mismatch(
                        "activations and 8 bits at '\(site.name)'", expected: "finite numbers",
                        found: "NaN or infinity")
                }
                ends[site] = (min(seen.low, low), max(seen.high, high))
                return x
            }
            try progress(Double(number + 1) / steps)
        }
        var histograms = ends.mapValues { ActivationHistogram(low: $0.low, high: $0.high) }
        for (number, batch) in batches.enumerated() {
            _ = try classifier.logits(batch, compute: compute) { site, x in
                histograms[site]?.add(x)
                return x
            }
            try progress(Double(batches.count + number + 1) / steps)
        }
        return histograms.mapValues { method.range($0, percentile: percentile) }
    }
}

extension Tensor {
    /// The least and the largest element; NaN where there is one.
    fileprivate var extremes: (low: Float, high: Float) {
        withUnsafeBuffer { values in
            var (low, high, odd) = (Float.infinity, -Float.infinity, Float(0))
            for value in values {
                low = Swift.min(low, value)
                high = Swift.max(high, value)
                odd += value * 0
            }
            return (low + odd, high + odd)
        }
    }
}
