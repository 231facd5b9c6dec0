/// Intervals of any statistic, by drawing the units again with replacement (Efron 1979).
///
/// Units are what is independent: rows, or groups of rows that belong together. Everything follows
/// from seed and stream, whatever the machine and the number of threads.
public struct Bootstrap: Sendable {
    /// How ends are read off the resampled statistics.
    public enum Method: String, Sendable, CaseIterable {
        /// The percentiles themselves.
        case percentile
        /// Percentiles corrected for bias and skewness (Efron, JASA 82, 1987).
        case bca
    }

    /// The number of samples drawn.
    public let resamples: Int
    /// The share of such intervals that hold the true value.
    public let confidence: Double
    /// How ends are found.
    public let method: Method
    private let seed: UInt64

    /// Creates a bootstrap; throws `StatisticsError` for fewer than 10 or more than 10⁶ samples and
    /// for confidences that are none.
    public init(
        resamples: Int = 2000, confidence: Double = 0.95, method: Method = .bca, seed: UInt64
    ) throws {
        try StatisticsError.checkShare(confidence, "the confidence")
        guard (10...1_000_000).contains(resamples) else {
            throw StatisticsError.outOfRange(
                what: "the number of resamples", expected: "10 to 1000000",
                found: Double(resamples))
        }
        self.resamples = resamples
        self.confidence = confidence
        self.method = method
        self.seed = seed
    }

    /// The interval of `statistic` over units 0..<`units`.
    ///
    /// - Parameters:
    ///   - stream: names the random numbers; other statistics of the same units may share it.
    ///   - statistic: takes how often every unit was drawn.
    public func interval(
        units: Int, stream: String, statistic: ([Int]) -> Double
    ) throws -> Interval {
        guard units > 0 else {
            throw StatisticsError.outOfRange(
                what: "the number of units", expected: "1 or more", found: Double(units))
        }
        let random = CounterRandom(seed: seed, stream: stream)
        var counts = [Int](repeating: 0, count: units)
        let resampled = (0..<resamples).map { sample in
            for unit in 0..<units { counts[unit] = 0 }
            for draw in 0..<units { counts[random.index(sample * units + draw, below: units)] += 1 }
            return statistic(counts)
        }
        var ones = [Int](repeating: 1, count: units)
        let estimate = statistic(ones)
        guard method == .bca, units > 1 else {
            return Self.ends(resampled, estimate: estimate, without: nil, confidence: confidence)
        }
        let without = (0..<units).map { unit in
            ones[unit] = 0
            defer { ones[unit] = 1 }
            return statistic(ones)
        }
        return Self.ends(resampled, estimate: estimate, without: without, confidence: confidence)
    }

    /// The interval from statistics of resamples, of the whole, and, for the corrected method, of
    /// the units without each one in turn.
    static func ends(
        _ resampled: [Double], estimate: Double, without: [Double]?, confidence: Double
    ) -> Interval {
        let sorted = resampled.sorted()
        let levels = [(1 - confidence) / 2, (1 + confidence) / 2]
        guard let without, let bias = bias(sorted, estimate) else {
            return Interval(percentile(levels[0], sorted), percentile(levels[1], sorted))
        }
        let skew = acceleration(without)
        let corrected = levels.map { level in
            let z = bias + NormalDistribution.quantile(level)
            return NormalDistribution.below(bias + z / (1 - skew * z))
        }
        return Interval(percentile(corrected[0], sorted), percentile(corrected[1], sorted))
    }

    /// Where the estimate lies among the resampled, as a normal deviate; ties count half.
    ///
    /// Nil where it lies outside of them: then there is nothing to correct by.
    private static func bias(_ sorted: [Double], _ estimate: Double) -> Double? {
        let below = sorted.count { $0 < estimate }
        let upTo = sorted.count { $0 <= estimate }
        let share = Double(below + upTo) / Double(2 * sorted.count)
        return share > 0 && share < 1 ? NormalDistribution.quantile(share) : nil
    }

    /// How fast the standard error changes with the value, by the jackknife.
    private static func acceleration(_ without: [Double]) -> Double {
        let mean = without.reduce(0, +) / Double(without.count)
        let (squares, cubes) = without.reduce((0.0, 0.0)) { sums, value in
            let distance = mean - value
            return (sums.0 + distance * distance, sums.1 + distance * distance * distance)
        }
        return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    }

    /// Linear between order statistics: NumPy's rule, type 7 of Hyndman & Fan.
    static func percentile(_ share: Double, _ sorted: [Double]) -> Double {
        let place = max(0, min(1, share)) * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}
