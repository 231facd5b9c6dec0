/// Hexadecimal digits, eight at a time: lists of many files are made of little else.
///
/// Each byte of a word is one digit, the first in the highest byte.
enum HexDigits {
    /// The lower-case digits of a number.
    static func text(_ number: UInt32) -> UInt64 {
        var digits = UInt64(number)
        digits = (digits | digits << 16) & 0x0000_ffff_0000_ffff
        digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
        digits = (digits | digits << 4) & 0x0f0f_0f0f_0f0f_0f0f
        return characters(digits)
    }

    /// The number that eight digits stand for; nil where one is none, or is upper-case.
    static func number(_ text: UInt64) -> UInt32? {
        // Letters have the bit of 64 set, and nine less than their value in the low half.
        let letters = text >> 6 & ones
        var digits = text & (15 * ones) &+ 9 &* letters
        // Whatever is no digit comes out as another text.
        guard digits & ~(15 * ones) == 0, characters(digits) == text else { return nil }
        digits = (digits | digits >> 4) & 0x00ff_00ff_00ff_00ff
        digits = (digits | digits >> 8) & 0x0000_ffff_0000_ffff
        return UInt32(truncatingIfNeeded: digits | digits >> 16)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// From the values of eight digits to their characters.
    private static func characters(_ digits: UInt64) -> UInt64 {
        let letters = (digits &+ 6 &* ones) >> 4 & ones
        return digits &+ UInt64(UInt8(ascii: "0")) &* ones &+ 39 &* letters
    }
}
