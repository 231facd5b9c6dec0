/// Whether two models that saw the same rows are right equally often (McNemar, Psychometrika 12,
/// 1947): of the rows on which they differ, each should win half.
public struct McNemarTest: Sendable, Equatable {
    /// The two-sided p-value of the exact binomial test, which is never too small.
    public let exact: Double
    /// The two-sided mid-p-value (Lancaster 1961).
    ///
    /// Less careful than the exact one, and nearer to the nominal error on average (Fagerland,
    /// Lydersen & Laake 2013).
    public let mid: Double

    /// Tests a table; without discordant rows both values are 1.
    public init(_ outcomes: PairedOutcomes) throws {
        let fewer = min(outcomes.gained, outcomes.lost)
        let coin = try BinomialDistribution(trials: outcomes.discordant, probability: 0.5)
        let tail = coin.atMost(fewer)
        exact = min(1, 2 * tail)
        mid = outcomes.gained == outcomes.lost ? 1 : min(1, 2 * tail - coin.exactly(fewer))
    }
}
