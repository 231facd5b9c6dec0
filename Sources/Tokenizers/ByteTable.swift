/// What a normalization makes of each byte of raw text: ASCII is settled here, other bytes are not.
struct ByteTable: Sendable {
    /// What a byte does to the word before it, in the order in which the fast pass asks.
    enum Kind: UInt8 { case letter, punctuation, space, removed, wide }

    /// An entry below this stands for a letter.
    static let letterLimit: UInt16 = 0x100
    /// An entry from here to `endLimit` stands for white space; before it, for punctuation.
    static let spaceStart: UInt16 = 0x200
    /// An entry below this ends a word, or stands for a letter.
    static let endLimit: UInt16 = 0x300
    /// The entry of the space, which also stands for the end of a text.
    static let space: UInt16 = UInt16(Kind.space.rawValue) << 8 | 0x20

    /// 256 entries: the kind in the high half, the lowered byte in the low half.
    let entries: [UInt16]

    init(_ rules: Normalization) {
        entries = (0..<256).map { value in
            let byte = UInt8(value)
            let isUpper = (0x41...0x5A).contains(byte)
            let lowered = rules.lowercases && isUpper ? byte | 0x20 : byte
            return UInt16(Self.kind(of: byte, rules).rawValue) << 8 | UInt16(lowered)
        }
    }

    func kind(of byte: UInt8) -> Kind {
        Kind(rawValue: UInt8(entries[Int(byte)] >> 8)) ?? .wide
    }

    func lowered(_ byte: UInt8) -> UInt8 { UInt8(truncatingIfNeeded: entries[Int(byte)]) }

    private static func kind(of byte: UInt8, _ rules: Normalization) -> Kind {
        let scalar = Unicode.Scalar(byte)
        guard scalar.isASCII else { return .wide }
        if rules.cleansText && UnicodeClasses.isRemoved(scalar) { return .removed }
        if UnicodeClasses.isSpace(scalar) { return .space }
        return UnicodeClasses.isPunctuation(scalar) ? .punctuation : .letter
    }
}
