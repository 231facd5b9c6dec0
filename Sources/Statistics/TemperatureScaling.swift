#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One number that logits are divided by, so that probabilities mean what they say (Guo et al.,
/// arXiv 1706.04599); predictions do not change.
public struct TemperatureScaling: Sendable, Equatable {
    /// The temperatures that a fit can give.
    ///
    /// Rows that are all right would ask for 0, rows no better than chance for infinity.
    public static let range = 0.05...20.0

    /// Above 1 where the model is too sure of itself, below 1 where it is not sure enough.
    public let temperature: Double
    /// False where the likelihood has no minimum in the range: the temperature is an end of it then,
    /// or 1 if it changes nothing, and says more about the few rows than about the model.
    public let hasMinimum: Bool

    /// Finds the temperature of the least negative log-likelihood.
    ///
    /// The likelihood is convex in 1/temperature, so Newton's steps, kept inside a bracket that
    /// shrinks, find its one minimum. Fit on rows that nothing is reported of.
    public init(fitting rows: LabelledLogits) {
        let start = Self.slope(rows, at: 1)
        guard start.first != 0 || start.second != 0 else {
            // All scores of a row are equal: no temperature changes anything.
            (temperature, hasMinimum) = (1, false)
            return
        }
        var (low, high) = (1 / Self.range.upperBound, 1 / Self.range.lowerBound)
        if Self.slope(rows, at: low).first >= 0 {
            (temperature, hasMinimum) = (Self.range.upperBound, false)
            return
        }
        if Self.slope(rows, at: high).first <= 0 {
            (temperature, hasMinimum) = (Self.range.lowerBound, false)
            return
        }
        var inverse = 1.0
        for _ in 0..<200 {
            let (first, second) = Self.slope(rows, at: inverse)
            if first > 0 { high = inverse } else { low = inverse }
            let newton = second > 0 ? inverse - first / second : high
            let next = newton > low && newton < high ? newton : (low * high).squareRoot()
            if abs(next - inverse) <= 1e-13 * inverse { break }
            inverse = next
        }
        (temperature, hasMinimum) = (1 / inverse, true)
    }

    /// First and second derivative of the summed negative log-likelihood by 1/temperature.
    private static func slope(
        _ rows: LabelledLogits, at inverse: Double
    ) -> (first: Double, second: Double) {
        var (first, second) = (0.0, 0.0)
        for (scores, label) in zip(rows.logits, rows.classes) {
            let shares = LabelledLogits.softmax(scores, inverse: inverse).probabilities
            let mean = zip(shares, scores).reduce(0) { $0 + $1.0 * $1.1 }
            first += mean - scores[label]
            second += zip(shares, scores).reduce(0) { sum, pair in
                sum + pair.0 * (pair.1 - mean) * (pair.1 - mean)
            }
        }
        return (first, second)
    }
}
