/// Whether a model is good enough on average over several runs, such as seeds, on the same rows.
///
/// Each row gives one number: how much more often the model was right on it than the reference. The
/// mean over rows is tested with its standard error over rows (a paired t-statistic, by the normal
/// distribution). That says how far other rows would change the answer for these runs, and nothing of
/// runs that were not made. Averaging takes the luck of single runs out, so it decides with fewer rows.
public struct RepeatedRuns: Sendable, Equatable {
    /// The mean difference of accuracies: model minus reference.
    public let difference: Double
    /// The number of rows.
    public let rows: Int
    /// The p-value of "worse by the margin or more".
    public let notWorse: Double
    /// The interval that the verdict reads, at 1 − 2·alpha.
    public let interval: Interval
    /// The answer.
    public let verdict: NonInferiority.Verdict

    /// With fewer rows that differ the mean is no normal number yet.
    private static let fewest = 10

    /// Tests the differences of rows, each in −1...1.
    ///
    /// Where fewer than ten rows differ, they are counted by their sign and tested like those of one
    /// run. Throws `StatisticsError` for no rows and differences out of range.
    public init(differences: [Double], design: NonInferiority.Design) throws {
        guard !differences.isEmpty else {
            throw StatisticsError.outOfRange(
                what: "the number of rows", expected: "1 or more", found: 0)
        }
        for value in differences where !(-1...1).contains(value) {
            throw StatisticsError.outOfRange(
                what: "a row's difference", expected: "-1 to 1", found: value)
        }
        let n = Double(differences.count)
        let mean = differences.reduce(0, +) / n
        difference = mean
        rows = differences.count
        let (gained, lost) = (differences.count { $0 > 0 }, differences.count { $0 < 0 })
        guard gained + lost >= Self.fewest else {
            let test = try NonInferiority(
                PairedOutcomes(
                    both: differences.count - gained - lost, gained: gained, lost: lost,
                    neither: 0), design: design)
            notWorse = test.notWorse
            interval = test.interval
            verdict = test.verdict
            return
        }
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variance = squares / (n - 1)
        let error = (variance / n).squareRoot()
        let critical = NormalDistribution.quantile(1 - design.alpha)
        interval = Interval(mean - critical * error, mean + critical * error)
        notWorse =
            error > 0
            ? NormalDistribution.above((mean + design.margin) / error)
            : mean > -design.margin ? 0 : 1
        if interval.low > -design.margin {
            verdict = .pass
        } else if interval.high < -design.margin {
            verdict = .fail
        } else {
            verdict = .inconclusive(
                rowsNeeded: design.rowsNeeded(
                    rows: differences.count, difference: mean, variance: variance))
        }
    }
}
