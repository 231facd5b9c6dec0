/// The share of zeros over a training run, growing as a cubic (Zhu & Gupta, arXiv 1710.01878).
public struct CubicSchedule: Sendable, Equatable {
    /// Fraction of the run at which pruning begins.
    public var start: Double
    /// Fraction of the run at which the final sparsity is reached; the rest is recovery.
    public var end: Double
    /// Steps between two choices of the mask.
    public var every: Int

    /// Creates a schedule; throws `CompressionError.invalidOption` unless 0 ≤ start ≤ end ≤ 1 and
    /// `every` ≥ 1.
    public init(start: Double, end: Double, every: Int) throws {
        guard start >= 0, start <= end, end <= 1 else {
            throw CompressionError.invalidOption(
                "schedule", found: "start \(start), end \(end)", expected: "0 ≤ start ≤ end ≤ 1")
        }
        guard every >= 1 else {
            throw CompressionError.invalidOption(
                "schedule.every", found: "\(every)", expected: "at least 1")
        }
        self.start = start
        self.end = end
        self.every = every
    }

    /// The sparsity after `step` of `total` steps, on the way from 0 to `final`.
    public func sparsity(step: Int, of total: Int, final: Double) -> Double {
        let (first, last) = bounds(total)
        if step >= last { return final }
        if step < first { return 0 }
        let left = 1 - Double(step - first) / Double(last - first)
        return final * (1 - left * left * left)
    }

    /// True when the mask is chosen anew after `step` of `total` steps.
    public func updates(step: Int, of total: Int) -> Bool {
        let (first, last) = bounds(total)
        guard step >= first, step <= last else { return false }
        return step == last || (step - first) % every == 0
    }

    /// First and last step with a change; the last one is within the run.
    private func bounds(_ total: Int) -> (first: Int, last: Int) {
        let last = min(Int((end * Double(total)).rounded(.up)), total)
        return (min(Int(start * Double(total)), last), last)
    }
}
