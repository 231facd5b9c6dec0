#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A random generator whose numbers depend on a seed and a stream's name only.
///
/// SplitMix64 (Steele, Lea & Flood 2014): the same numbers on every machine; streams of different
/// names under one seed are independent.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates the generator of the stream named `stream` under `seed`.
    public init(seed: UInt64, stream: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = SeededGenerator.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ SeededGenerator.mix(hash)
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return SeededGenerator.mix(state)
    }

    /// A number in [0, 1) with 24 random bits.
    public mutating func uniform() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    /// A normally distributed number with mean 0 and deviation 1 (polar method of Marsaglia).
    public mutating func normal() -> Float {
        while true {
            let x = Double(next() >> 11) * 0x1p-52 - 1
            let y = Double(next() >> 11) * 0x1p-52 - 1
            let square = x * x + y * y
            if square < 1, square > 0 { return Float(x * (-2 * log(square) / square).squareRoot()) }
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
