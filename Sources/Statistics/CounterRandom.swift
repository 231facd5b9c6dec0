/// Random numbers by position: the number at a place depends on seed, stream and place alone.
///
/// SplitMix64 (Steele, Lea & Flood 2014) as a function of a counter: any part of a sequence can be
/// made anywhere, and on every machine it is the same.
public struct CounterRandom: Sendable, Equatable {
    private let key: UInt64

    /// The numbers of the stream named `stream` under `seed`.
    public init(seed: UInt64, stream: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        key = Self.mix(seed &+ Self.step) ^ Self.mix(hash)
    }

    /// 64 random bits.
    public func bits(_ place: Int) -> UInt64 {
        Self.mix(key &+ (UInt64(bitPattern: Int64(place)) &+ 1) &* Self.step)
    }

    /// A number in [0, 1) with 53 random bits.
    public func uniform(_ place: Int) -> Double { Double(bits(place) >> 11) * 0x1p-53 }

    /// A number in 0..<count; 0 where `count` is not above 0.
    ///
    /// Some numbers are likelier than others by a share of `count` / 2⁶⁴.
    public func index(_ place: Int, below count: Int) -> Int {
        guard count > 0 else { return 0 }
        return Int(bits(place).multipliedFullWidth(by: UInt64(count)).high)
    }

    private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

    private static func mix(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
