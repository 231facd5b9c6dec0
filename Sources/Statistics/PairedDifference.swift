/// The difference of two accuracies that were measured on the same rows.
///
/// Tango's score statistic (Statistics in Medicine 17, 1998): the variance is estimated under the
/// difference that is tested, so it holds its error rate for few discordant rows too, where the
/// plain normal form (`wald`) has a variance of 0 and believes everything.
public struct PairedDifference: Sendable, Equatable {
    /// What was counted.
    public let outcomes: PairedOutcomes

    /// Takes a table with at least one row; throws `StatisticsError` for an empty one.
    public init(_ outcomes: PairedOutcomes) throws {
        guard outcomes.rows > 0 else {
            throw StatisticsError.outOfRange(
                what: "the number of rows", expected: "1 or more", found: 0)
        }
        self.outcomes = outcomes
    }

    /// Accuracy of the model minus that of the reference.
    public var estimate: Double { outcomes.difference }

    /// How many standard errors the observed difference is above `difference`, in −1...1, if that
    /// were the true one.
    public func score(_ difference: Double) -> Double {
        let n = Double(outcomes.rows)
        let (gained, lost) = (Double(outcomes.gained), Double(outcomes.lost))
        let excess = gained - lost - n * difference
        // The likeliest rate of losses under a true difference: the root of a quadratic.
        let a = 2 * n
        let b = (2 * n - gained + lost) * difference - gained - lost
        let c = -lost * difference * (1 - difference)
        let root = (max(0, b * b - 4 * a * c).squareRoot() - b) / (2 * a)
        let losses = max(root, max(0, -difference))
        let variance = n * (2 * losses + difference * (1 - difference))
        if variance > n * 1e-15 { return excess / variance.squareRoot() }
        // At the ends, and at 0 without discordant rows, there is nothing to spread.
        return abs(excess) < n * 1e-12 ? 0 : excess > 0 ? .infinity : -.infinity
    }

    /// The same with the variance at the observed difference; infinite where that is 0.
    public func wald(_ difference: Double) -> Double {
        let n = Double(outcomes.rows)
        let net = Double(outcomes.gained - outcomes.lost)
        let variance = Double(outcomes.discordant) - net * net / n
        let excess = net - n * difference
        if variance > 0 { return excess / variance.squareRoot() }
        return excess == 0 ? 0 : excess > 0 ? .infinity : -.infinity
    }

    /// The differences that the score statistic does not refuse, to 1e-12.
    public func interval(confidence: Double = 0.95) throws -> Interval {
        try StatisticsError.checkShare(confidence, "the confidence")
        let z = NormalDistribution.quantile(0.5 + confidence / 2)
        return Interval(
            boundary(from: -1, to: estimate, score: z), boundary(from: estimate, to: 1, score: -z))
    }

    /// Where the falling score reaches `score`, by halving.
    private func boundary(from low: Double, to high: Double, score wanted: Double) -> Double {
        var (low, high) = (low, high)
        while high - low > 1e-13 {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            if score(middle) > wanted { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
