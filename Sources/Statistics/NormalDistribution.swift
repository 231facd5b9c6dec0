#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The normal distribution with mean 0 and deviation 1.
public enum NormalDistribution {
    /// The probability of a value of at most `x`; exact in both tails.
    public static func below(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The probability of a value above `x`; exact in both tails.
    public static func above(_ x: Double) -> Double { below(-x) }

    /// The value that a share `p` lies below; infinite for 0 and 1, not a number outside of them.
    ///
    /// Starts from Abramowitz & Stegun 26.2.23, which is right to 4.5e-4, and improves it by
    /// Halley's method with `erfc`, which triples the digits in every step.
    public static func quantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
        guard p <= 0.5 else { return -quantile(1 - p) }
        let t = (-2 * log(p)).squareRoot()
        let top = 2.515517 + t * (0.802853 + t * 0.010328)
        let bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var x = top / bottom - t
        for _ in 0..<3 {
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            guard density > 0 else { return x }
            let step = (below(x) - p) / density
            x -= step / (1 + x * step / 2)
        }
        return x
    }
}
