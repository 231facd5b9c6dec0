public import Statistics

/// Whether a model loses less than a margin against a reference, proven from paired rows.
///
/// Each side of the margin is tested at `alpha`: of models that lose exactly the margin one in
/// twenty passes, and one in twenty fails, at 0.05.
public struct LargestRegression: Sendable, Equatable {
    /// The counts behind it.
    public let outcomes: PairedOutcomes
    /// The answer.
    public let verdict: GateVerdict
    /// Rows that would decide with the power asked for; nil where it is decided, or none would.
    public let rowsNeeded: Int?
    /// Of the difference, at 1 − 2·alpha: what the verdict reads.
    public let interval: Interval
    /// The p-value of "worse by the margin or more".
    public let worse: Double
    /// The p-value of McNemar's exact test that the two are right equally often.
    public let differs: Double
    /// The chance that so many rows pass a model that is as good as the reference.
    public let power: Double
    /// The confidence of `interval`.
    public let confidence: Double

    /// Tests a table with at least one row; throws `StatisticsError` for an empty one and for
    /// margins and chances that make no sense.
    public init(
        _ outcomes: PairedOutcomes, margin: Double, alpha: Double, power wanted: Double
    ) throws {
        let design = try NonInferiority.Design(margin: margin, alpha: alpha, power: wanted)
        let test = try NonInferiority(outcomes, design: design)
        self.outcomes = outcomes
        (interval, worse, confidence) = (test.interval, test.notWorse, 1 - 2 * alpha)
        differs = try McNemarTest(outcomes).exact
        power = design.power(
            rows: outcomes.rows, difference: 0,
            discordance: Double(outcomes.discordant) / Double(outcomes.rows))
        switch test.verdict {
        case .pass: (verdict, rowsNeeded) = (.pass, nil)
        case .fail: (verdict, rowsNeeded) = (.fail, nil)
        case .inconclusive(let rows): (verdict, rowsNeeded) = (.inconclusive, rows)
        }
    }
}
