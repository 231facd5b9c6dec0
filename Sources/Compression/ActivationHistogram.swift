import Tensors

/// How often activations of one site fall into each of many equal steps from the least to the
/// largest value.
struct ActivationHistogram: Sendable, Equatable {
    let low: Double
    let high: Double
    private(set) var counts: [Int]

    /// Steps of a histogram: fine enough that one is a small part of a level of 8 bits.
    static let bins = 2048

    /// Ranges are at least so wide: a step's inverse is still a float.
    private static let narrowest = 1e-30

    /// An empty histogram over a range that holds 0.
    init(low: Float, high: Float) {
        self.low = Double(min(low, 0))
        self.high = max(Double(max(high, 0)), self.low + ActivationHistogram.narrowest)
        counts = [Int](repeating: 0, count: ActivationHistogram.bins)
    }

    /// The width of a step.
    var width: Double { (high - low) / Double(counts.count) }

    var total: Int { counts.reduce(0, +) }

    /// Where step `bin` begins.
    func edge(_ bin: Int) -> Double { low + width * Double(bin) }

    /// Counts every element; what lies outside counts at the nearer end.
    mutating func add(_ x: Tensor) {
        let (low, inverse, last) = (Float(low), Float(1 / width), Float(counts.count - 1))
        x.withUnsafeBuffer { values in
            counts.withUnsafeMutableBufferPointer { counts in
                for value in values {
                    counts[Int(min(max((value - low) * inverse, 0), last))] += 1
                }
            }
        }
    }
}
