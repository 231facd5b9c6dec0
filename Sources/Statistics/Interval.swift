/// A range that a true value lies in with some confidence.
public struct Interval: Sendable, Equatable {
    /// The lower end.
    public let low: Double
    /// The upper end, at least `low`.
    public let high: Double

    /// Creates an interval from its ends, in either order.
    public init(_ a: Double, _ b: Double) {
        low = min(a, b)
        high = max(a, b)
    }

    /// Whether `value` lies in the interval, ends included.
    public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
