#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The number of successes in independent trials of one probability.
///
/// Probabilities are Loader's saddle-point form ("Fast and Accurate Computation of Binomial
/// Probabilities", 2000): no difference of large logarithms, so that all digits hold for millions
/// of trials.
public struct BinomialDistribution: Sendable, Equatable {
    /// The number of trials.
    public let trials: Int
    /// The probability of success in one.
    public let probability: Double

    /// Creates the distribution; throws `StatisticsError` for fewer than 0 trials and probabilities
    /// outside of 0...1.
    public init(trials: Int, probability: Double) throws {
        guard trials >= 0 else {
            throw StatisticsError.outOfRange(
                what: "the number of trials", expected: "0 or more", found: Double(trials))
        }
        guard (0...1).contains(probability) else {
            throw StatisticsError.outOfRange(
                what: "the probability", expected: "0 to 1", found: probability)
        }
        self.trials = trials
        self.probability = probability
    }

    /// The probability of exactly `successes`.
    public func exactly(_ successes: Int) -> Double {
        guard (0...trials).contains(successes) else { return 0 }
        let (n, k, p, q) = (Double(trials), Double(successes), probability, 1 - probability)
        if p == 0 { return successes == 0 ? 1 : 0 }
        if q == 0 { return successes == trials ? 1 : 0 }
        if successes == 0 { return exp(n * log1p(-p)) }
        if successes == trials { return exp(n * log(p)) }
        let exponent =
            Self.stirlingError(trials) - Self.stirlingError(successes)
            - Self.stirlingError(trials - successes)
            - Self.deviance(k, n * p) - Self.deviance(n - k, n * q)
        return (n / (2 * Double.pi * k * (n - k))).squareRoot() * exp(exponent)
    }

    /// The probability of at most `successes`.
    public func atMost(_ successes: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials { return 1 }
        // The smaller tail is summed, from its largest term outwards.
        guard Double(successes) > Double(trials) * probability else { return lowerTail(successes) }
        return 1 - upperTail(successes + 1)
    }

    /// The probability of at least `successes`.
    public func atLeast(_ successes: Int) -> Double {
        if successes <= 0 { return 1 }
        if successes > trials { return 0 }
        guard Double(successes) < Double(trials) * probability else { return upperTail(successes) }
        return 1 - lowerTail(successes - 1)
    }

    /// Terms below this share of the sum cannot change its digits.
    private static let negligible = 1e-18

    private func lowerTail(_ successes: Int) -> Double {
        var (term, sum, k) = (exactly(successes), 0.0, successes)
        while k >= 0, term > sum * Self.negligible {
            sum += term
            term *= Double(k) / Double(trials - k + 1) * ((1 - probability) / probability)
            k -= 1
        }
        return min(1, sum)
    }

    private func upperTail(_ successes: Int) -> Double {
        var (term, sum, k) = (exactly(successes), 0.0, successes)
        while k <= trials, term > sum * Self.negligible {
            sum += term
            term *= Double(trials - k) / Double(k + 1) * (probability / (1 - probability))
            k += 1
        }
        return min(1, sum)
    }

    /// ln n! minus Stirling's formula for it.
    private static func stirlingError(_ count: Int) -> Double {
        let n = Double(count)
        if count == 0 { return 0 }
        if count <= 15 {
            // 15! is a Double without rounding.
            let factorial = (1...count).reduce(1.0) { $0 * Double($1) }
            return log(factorial) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Double.pi)
        }
        let square = n * n
        let tail = (1.0 / 1260 - (1.0 / 1680 - 1 / (1188 * square)) / square) / square
        return (1.0 / 12 - (1.0 / 360 - tail) / square) / n
    }

    /// x ln(x/m) + m − x, by a series where x is near m and the terms would cancel.
    private static func deviance(_ x: Double, _ m: Double) -> Double {
        guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
        let v = (x - m) / (x + m)
        var (sum, power, odd) = ((x - m) * v, 2 * x * v, 1.0)
        while true {
            power *= v * v
            odd += 2
            let next = sum + power / odd
            if next == sum { return sum }
            sum = next
        }
    }
}
