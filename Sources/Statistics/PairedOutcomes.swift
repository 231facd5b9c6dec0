/// Two models on the same rows: how often each was right where the other was not.
public struct PairedOutcomes: Sendable, Equatable {
    /// Rows that both answered rightly.
    public let both: Int
    /// Rows that only the model in question answered rightly.
    public let gained: Int
    /// Rows that only the reference answered rightly.
    public let lost: Int
    /// Rows that neither answered rightly.
    public let neither: Int

    /// Creates the table from its four counts; throws `StatisticsError` for negative ones.
    public init(both: Int, gained: Int, lost: Int, neither: Int) throws {
        for count in [both, gained, lost, neither] where count < 0 {
            throw StatisticsError.outOfRange(
                what: "a count", expected: "0 or more", found: Double(count))
        }
        self.both = both
        self.gained = gained
        self.lost = lost
        self.neither = neither
    }

    /// Counts rows by whether the model and the reference were right; throws `StatisticsError` for
    /// lists of different length.
    public init(model: [Bool], reference: [Bool]) throws {
        guard model.count == reference.count else {
            throw StatisticsError.counts(
                what: "paired outcomes", expected: reference.count, found: model.count)
        }
        var counts = [0, 0, 0, 0]
        for (a, b) in zip(model, reference) { counts[(a ? 2 : 0) + (b ? 1 : 0)] += 1 }
        try self.init(both: counts[3], gained: counts[2], lost: counts[1], neither: counts[0])
    }

    /// The number of rows.
    public var rows: Int { both + gained + lost + neither }

    /// Rows on which one is right and the other is not: the only ones that tell the two apart.
    public var discordant: Int { gained + lost }

    /// Accuracy of the model minus that of the reference; 0 without rows.
    public var difference: Double {
        rows > 0 ? Double(gained - lost) / Double(rows) : 0
    }
}
