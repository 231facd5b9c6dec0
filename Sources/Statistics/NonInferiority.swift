/// Whether a model is worse than a reference by less than a margin, proven and not assumed.
///
/// Two one-sided tests (Schuirmann 1987) with Tango's score statistic: one refuses "worse by the
/// margin or more", the other "better by the margin or more". The first alone is non-inferiority;
/// both together are equivalence. A missing difference is no proof: too few rows are inconclusive.
public struct NonInferiority: Sendable, Equatable {
    /// The answer.
    public enum Verdict: Sendable, Equatable {
        /// Proven: worse by less than the margin, or better.
        case pass
        /// Proven: worse by more than the margin.
        case fail
        /// Neither is proven.
        ///
        /// So many rows would decide it with the power asked for, if the observed rates are the
        /// true ones; nil if no number would, because the difference is the margin itself.
        case inconclusive(rowsNeeded: Int?)
    }

    /// What is proven, and how surely.
    public struct Design: Sendable, Equatable {
        /// The loss of accuracy that is still acceptable, as a share: 0.015 is one and a half points.
        public let margin: Double
        /// The chance to call a model good enough that is not.
        public let alpha: Double
        /// The chance to decide, which the number of rows needed is for.
        public let power: Double

        /// Creates a design; throws `StatisticsError` unless all three lie between 0 and 1, `alpha`
        /// at most 0.5 and `power` above `alpha`.
        public init(margin: Double, alpha: Double = 0.05, power: Double = 0.8) throws {
            try StatisticsError.checkShare(margin, "the margin")
            try StatisticsError.checkShare(power, "the power")
            guard alpha > 0, alpha <= 0.5 else {
                throw StatisticsError.outOfRange(
                    what: "alpha", expected: "above 0, at most 0.5", found: alpha)
            }
            guard power > alpha else {
                throw StatisticsError.outOfRange(
                    what: "the power", expected: "above alpha, \(alpha)", found: power)
            }
            self.margin = margin
            self.alpha = alpha
            self.power = power
        }
    }

    /// The p-value of "worse by the margin or more": small is good.
    public let notWorse: Double
    /// The p-value of "better by the margin or more".
    public let notBetter: Double
    /// The p-value of the two tests together: small means equivalent.
    public var equivalence: Double { max(notWorse, notBetter) }
    /// The interval that the verdict reads: it holds the true difference with confidence 1 − 2·alpha.
    public let interval: Interval
    /// The answer.
    public let verdict: Verdict

    /// Tests a table with at least one row; throws `StatisticsError` for an empty one.
    public init(_ outcomes: PairedOutcomes, design: Design) throws {
        let difference = try PairedDifference(outcomes)
        let score = difference.score(-design.margin)
        notWorse = NormalDistribution.above(score)
        notBetter = NormalDistribution.below(difference.score(design.margin))
        interval =
            design.alpha < 0.5
            ? try difference.interval(confidence: 1 - 2 * design.alpha)
            : Interval(difference.estimate, difference.estimate)
        let critical = NormalDistribution.quantile(1 - design.alpha)
        if score > critical {
            verdict = .pass
        } else if score < -critical {
            verdict = .fail
        } else {
            verdict = .inconclusive(rowsNeeded: design.rowsNeeded(outcomes))
        }
    }
}

extension NonInferiority.Design {
    /// The chance of the verdict "pass" with `rows` rows, by the normal approximation.
    ///
    /// - Parameters:
    ///   - difference: the true difference of accuracies.
    ///   - discordance: the true share of rows on which one model is right and the other is not.
    public func power(rows: Int, difference: Double, discordance: Double) -> Double {
        let variance = discordance - difference * difference
        guard rows > 0, variance > 0 else { return difference > -margin ? 1 : 0 }
        let shift = (difference + margin) * (Double(rows) / variance).squareRoot()
        return NormalDistribution.below(shift - NormalDistribution.quantile(1 - alpha))
    }

    /// Rows that decide with the design's power if the rates of `outcomes` are the true ones.
    func rowsNeeded(_ outcomes: PairedOutcomes) -> Int? {
        let difference = outcomes.difference
        let discordance = Double(outcomes.discordant) / Double(outcomes.rows)
        return rowsNeeded(
            rows: outcomes.rows, difference: difference,
            variance: discordance - difference * difference)
    }

    /// The same for a difference of rows that has some variance; more than the `rows` there are.
    func rowsNeeded(rows: Int, difference: Double, variance: Double) -> Int? {
        let distance = abs(difference + margin)
        guard distance > 1e-9 else { return nil }
        let critical = NormalDistribution.quantile(1 - alpha)
        let reach = critical + NormalDistribution.quantile(power)
        // Also without a discordant row the score statistic asks for some rows.
        let least = critical * critical * (1 - margin) / margin
        let needed = max(
            reach * reach * variance / (distance * distance), least, Double(rows) + 1)
        return needed < 1e15 ? Int(needed.rounded(.up)) : nil
    }
}
