import Foundation

/// Numbers as the model card prints them.
enum CardNumber {
    /// A share as a percentage with one decimal.
    static func percent(_ share: Double) -> String { "\(fixed(100 * share, 1)) %" }

    /// The same with the ends of its interval, where there is one.
    static func percent(_ share: Double, _ ends: Scores.Ends?) -> String {
        guard let ends else { return percent(share) }
        return "\(percent(share)) (\(fixed(100 * ends.low, 1)) to \(fixed(100 * ends.high, 1)))"
    }

    /// A number with exactly so many decimals, whatever the locale.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }

    /// One standard error of a share measured on so many rows; nil where there is none.
    static func standardError(_ share: Double, _ rows: Int) -> Double? {
        guard rows > 0, share >= 0, share <= 1 else { return nil }
        return (share * (1 - share) / Double(rows)).squareRoot()
    }
}
