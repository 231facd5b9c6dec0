public import Models
public import Tensors

/// A classifier whose weights are those of an INT8 model and whose dense layers read activations in
/// 8 bits with ranges that were chosen beforehand.
///
/// It computes in float what static INT8 runtimes compute in integers: the products of two levels are
/// exact in both, so the logits differ by rounding of sums alone.
public struct StaticClassifier: SequenceClassifier {
    /// The integer model that the weights are of.
    public let integers: QuantizedClassifier
    /// The range of every site.
    public let ranges: [ActivationSite: ActivationRange]
    private let classifier: Classifier

    /// Creates a classifier; throws `CompressionError.mismatch` where a site has no range.
    public init(
        _ integers: QuantizedClassifier, ranges: [ActivationSite: ActivationRange]
    ) throws {
        for site in ActivationSite.all(of: integers.config) where ranges[site] == nil {
            throw CompressionError.mismatch(
                "ranges and layers", expected: "one for '\(site.name)'", found: "none")
        }
        self.integers = integers
        self.ranges = ranges
        classifier = try integers.expanded()
    }

    /// Chooses the ranges on `batches`, training rows.
    public init(
        _ integers: QuantizedClassifier, calibration: Calibration, reading batches: [TokenBatch],
        compute: Compute, progress: (Double) throws -> Void = { _ in }
    ) throws {
        self.integers = integers
        classifier = try integers.expanded()
        ranges = try calibration.ranges(
            of: classifier, reading: batches, compute: compute, progress: progress)
    }

    /// The labels' names; class `i` is `labels[i]`.
    public var labels: [String] { integers.labels }
    /// Number of weights, zeros included.
    public var parameterCount: Int { integers.parameterCount }
    /// Longest sequence in tokens that the model takes.
    public var maximumLength: Int { integers.maximumLength }

    /// Scores before softmax, `[batch.count, labels.count]`; throws `ModelError` for a bad batch.
    public func logits(_ batch: TokenBatch, compute: Compute) throws -> Tensor {
        try classifier.logits(batch, compute: compute) { site, x in
            ranges[site]?.through(x, compute: compute) ?? x
        }
    }
}
