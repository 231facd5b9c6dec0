/// The middle and the ends of some measurements of one thing.
public struct Spread: Sendable, Equatable, Codable {
    /// The middle value; the mean of the two middle ones where their number is even.
    public let median: Double
    /// The lowest value.
    public let lowest: Double
    /// The highest value.
    public let highest: Double

    /// Summarises values; nil where there are none or one is not finite.
    public init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last,
            sorted.allSatisfy(\.isFinite)
        else { return nil }
        let middle = sorted.count / 2
        median =
            sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        lowest = first
        highest = last
    }
}

/// What is better of a figure.
public enum Direction: String, Sendable, Codable {
    /// A speed.
    case higher
    /// A time or an amount of memory.
    case lower

    /// How many times better `ours` is than `theirs`, above 1 where ours is the better one.
    public func ratio(_ ours: Double, _ theirs: Double) -> Double {
        self == .higher ? ours / theirs : theirs / ours
    }

    /// The ratio of every pair of one round: both of a pair met the same state of the machine.
    ///
    /// Pairs with a side at or below zero are left out.
    public func ratios(_ ours: [Double], _ theirs: [Double]) -> [Double] {
        zip(ours, theirs).filter { $0 > 0 && $1 > 0 }.map(ratio)
    }
}

/// Values of the given share from below, by the nearest rank: 0.95 of 200 values is the 190th.
///
/// Nil where there are none.
public func percentile(_ share: Double, of values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    let rank = (share * Double(sorted.count)).rounded(.up)
    return sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]
}
