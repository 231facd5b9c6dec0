public import Statistics

/// Whether the share of right answers is above a bound, proven from counted rows.
///
/// The score test, whose interval is Wilson's: it takes the variance at the bound, so that it holds
/// its error rate also where nearly all rows are right.
public struct SmallestAccuracy: Sendable, Equatable {
    /// The observed share.
    public let accuracy: Double
    /// The rows that it was counted on.
    public let rows: Int
    /// Wilson's, at 1 − 2·alpha: what the verdict reads.
    public let interval: Interval
    /// The p-value of "the bound or less": small is good.
    public let tooSmall: Double
    /// The answer.
    public let verdict: GateVerdict
    /// Rows that would decide with the power asked for; nil where it is decided, or none would.
    public let rowsNeeded: Int?
    /// The confidence of `interval`.
    public let confidence: Double

    /// Tests `right` answers in `rows`, at least one; throws `StatisticsError` for anything that
    /// makes no sense.
    public init(right: Int, rows: Int, min: Double, alpha: Double, power: Double) throws {
        guard rows > 0 else {
            throw StatisticsError.outOfRange(
                what: "the number of rows", expected: "1 or more", found: 0)
        }
        // The design checks the chances.
        _ = try NonInferiority.Design(margin: min, alpha: alpha, power: power)
        confidence = 1 - 2 * alpha
        interval = try WilsonInterval.interval(
            successes: right, trials: rows, confidence: confidence)
        self.rows = rows
        accuracy = Double(right) / Double(rows)
        let deviation = (min * (1 - min)).squareRoot()
        let score = (accuracy - min) / deviation * Double(rows).squareRoot()
        let critical = NormalDistribution.quantile(1 - alpha)
        tooSmall = NormalDistribution.above(score)
        if score > critical {
            (verdict, rowsNeeded) = (.pass, nil)
        } else if score < -critical {
            (verdict, rowsNeeded) = (.fail, nil)
        } else {
            verdict = .inconclusive
            let distance = abs(accuracy - min)
            let reach =
                critical * deviation
                + NormalDistribution.quantile(power) * (accuracy * (1 - accuracy)).squareRoot()
            let needed = Swift.max((reach / distance) * (reach / distance), Double(rows) + 1)
            rowsNeeded = distance > 1e-9 && needed < 1e15 ? Int(needed.rounded(.up)) : nil
        }
    }
}
