/// What a normalization makes of each ASCII byte.
struct AsciiTable: Sendable {
    enum Kind: UInt8 { case letter, space, punctuation, removed }

    /// Per byte: the kind in the high half, the lowered byte in the low half.
    private let entries: [UInt16]

    init(_ rules: Normalization) {
        entries = (0..<128).map { value in
            let byte = UInt8(value)
            let scalar = Unicode.Scalar(byte)
            let kind: Kind =
                if rules.cleansText && UnicodeClasses.isRemoved(scalar) {
                    .removed
                } else if UnicodeClasses.isSpace(scalar) {
                    .space
                } else if UnicodeClasses.isPunctuation(scalar) {
                    .punctuation
                } else {
                    .letter
                }
            let isUpper = (0x41...0x5A).contains(byte)
            let lowered = rules.lowercases && isUpper ? byte | 0x20 : byte
            return UInt16(kind.rawValue) << 8 | UInt16(lowered)
        }
    }

    func kind(of byte: UInt8) -> Kind {
        Kind(rawValue: UInt8(entries[Int(byte)] >> 8)) ?? .letter
    }

    func lowered(_ byte: UInt8) -> UInt8 { UInt8(truncatingIfNeeded: entries[Int(byte)]) }
}
