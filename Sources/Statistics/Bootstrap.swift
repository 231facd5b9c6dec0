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

    /// The interval of one statistic: see `intervals`.
    public func interval(
        units: Int, stream: String, statistic: ([Int]) -> Double
    ) throws -> Interval {
        try intervals(units: units, stream: stream) { [statistic($0)] }[0]
    }

    /// The intervals of several statistics of the same samples, over units 0..<`units`.
    ///
    /// - Parameters:
    ///   - stream: names the random numbers.
    ///   - statistics: takes how often every unit was drawn; gives as many numbers every time.
    ///
    /// Throws `StatisticsError` where there is no unit.
    public func intervals(
        units: Int, stream: String, statistics: ([Int]) -> [Double]
    ) throws -> [Interval] {
        guard units > 0 else {
            throw StatisticsError.outOfRange(
                what: "the number of units", expected: "1 or more", found: Double(units))
        }
        let random = CounterRandom(seed: seed, stream: stream)
        var counts = [Int](repeating: 0, count: units)
        let resampled = (0..<resamples).map { sample in
            for unit in 0..<units { counts[unit] = 0 }
            for draw in 0..<units { counts[random.index(sample * units + draw, below: units)] += 1 }
            return statistics(counts)
        }
        var ones = [Int](repeating: 1, count: units)
        let estimates = statistics(ones)
        var without: [[Double]]?
        if method == .bca, units > 1 {
            let blocks = min(units, Self.blocks)
            without = (0..<blocks).map { block in
                let left = block * units / blocks..<(block + 1) * units / blocks
                for unit in left { ones[unit] = 0 }
                defer { for unit in left { ones[unit] = 1 } }
                return statistics(ones)
            }
        }
        return estimates.indices.map { place in
            Self.ends(
                resampled.map { $0[place] }, estimate: estimates[place],
                without: without?.map { $0[place] }, confidence: confidence)
        }
    }

    /// Of many units, so many blocks are left out in turn instead of single ones.
    ///
    /// Otherwise the time would grow with the square of their number.
    private static let blocks = 1000

    /// The interval from statistics of resamples, of the whole, and, for the corrected method, of
    /// all units without some in turn.
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
