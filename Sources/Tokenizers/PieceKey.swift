/// The bytes of a short word in two integers: comparing and hashing it touches no memory.
struct PieceKey: Equatable, Sendable {
    /// Longer words have no key.
    static let longest = 16

    /// Bytes 0...7, the first in the lowest place; zero where the word has no such byte.
    var low: UInt64 = 0
    /// Bytes 8...15.
    var high: UInt64 = 0
    /// The number of bytes; tells a word from the same word with NULs after it.
    var count: Int32 = 0

    init(low: UInt64, high: UInt64, count: Int32) {
        self.low = low
        self.high = high
        self.count = count
    }

    /// The key of the first 16 bytes of `range`, or of all where there are fewer.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        count = Int32(min(range.count, Self.longest))
        if count > 0, range.lowerBound + Self.longest <= bytes.count {
            // What follows the word in the text is loaded with it and cut off.
            let text = bytes.bytes
            low = UInt64(
                littleEndian: text.unsafeLoadUnaligned(
                    fromByteOffset: range.lowerBound, as: UInt64.self))
            high = UInt64(
                littleEndian: text.unsafeLoadUnaligned(
                    fromByteOffset: range.lowerBound + 8, as: UInt64.self))
            self = prefix(Int(count))
            return
        }
        let middle = range.lowerBound + min(range.count, 8)
        let end = range.lowerBound + Int(count)
        var shift: UInt64 = 0
        for index in range.lowerBound..<middle {
            low |= UInt64(bytes[index]) &<< shift
            shift &+= 8
        }
        shift = 0
        for index in middle..<end {
            high |= UInt64(bytes[index]) &<< shift
            shift &+= 8
        }
    }

    func byte(_ index: Int) -> UInt8 {
        let half = index < 8 ? low : high
        return UInt8(truncatingIfNeeded: half &>> (UInt64(index & 7) &* 8))
    }

    /// The key of the first `count` bytes; `count` is in 1...16.
    func prefix(_ count: Int) -> PieceKey {
        // A multiple of 8 shifts by 64, which the masked shift takes for 0: all bytes stay.
        let kept = UInt64.max &>> UInt64(64 &- 8 &* (count & 7))
        return count <= 8
            ? PieceKey(low: low & kept, high: 0, count: Int32(count))
            : PieceKey(low: low, high: high & kept, count: Int32(count))
    }

    /// Every byte decides about the highest bits.
    var hash: UInt64 {
        (low &+ high &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    }
}
