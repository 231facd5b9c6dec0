/// The interval of a share that was counted.
public enum WilsonInterval {
    /// Wilson's score interval (JASA 22, 1927) of `successes` in `trials` independent trials.
    ///
    /// It never leaves 0...1 and holds its confidence also for few trials and shares near 0 and 1,
    /// where the share plus and minus two standard errors does neither. Without trials it is 0...1.
    /// Throws `StatisticsError` for counts and confidences that make no sense.
    public static func interval(
        successes: Int, trials: Int, confidence: Double = 0.95
    ) throws -> Interval {
        try StatisticsError.checkShare(confidence, "the confidence")
        guard trials >= 0, (0...max(0, trials)).contains(successes) else {
            throw StatisticsError.outOfRange(
                what: "the number of successes", expected: "0 to \(trials)",
                found: Double(successes))
        }
        guard trials > 0 else { return Interval(0, 1) }
        let z = NormalDistribution.quantile(0.5 + confidence / 2)
        let n = Double(trials)
        let share = Double(successes) / n
        let middle = share + z * z / (2 * n)
        let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        // The ends are exact where rounding would leave a trace.
        return Interval(
            successes == 0 ? 0 : max(0, (middle - half) / scale),
            successes == trials ? 1 : min(1, (middle + half) / scale))
    }
}
