/// What a scalar beyond ASCII does to the word before it and the word it may stand in.
struct ScalarEffect: Sendable, Equatable {
    enum Kind: UInt8 {
        /// Nothing, not even the marks before it are settled.
        case nothing
        /// Letters (none where all that is left is an accent).
        case letters
        /// A word of its own.
        case alone
        /// The end of a word.
        case space
        /// None of these: to be taken apart on the spot.
        case general
    }

    var kind: Kind
    /// The UTF-8 of the letters, the first byte in the lowest place.
    var bytes: UInt64 = 0
    var byteCount: UInt8 = 0
    var scalarCount: UInt8 = 0

    private init(_ kind: Kind) { self.kind = kind }

    /// Works out what the rules make of `scalar`.
    init(of scalar: Unicode.Scalar, _ rules: Normalization) {
        self.init(.nothing)
        if rules.cleansText, UnicodeClasses.isRemoved(scalar) { return }
        if rules.separatesIdeographs, UnicodeClasses.isIdeograph(scalar) { kind = .alone }
        guard rules.strips else {
            add(lowered: scalar, rules)
            return
        }
        UnicodeClasses.decompose(scalar) { part in
            let isAccent = UnicodeClasses.isAccent(part)
            if UnicodeClasses.combiningClass(part) != 0 {
                if !isAccent { kind = .general }
            } else if isAccent {
                if kind == .nothing { kind = .letters }
            } else {
                add(lowered: part, rules)
            }
        }
    }

    private mutating func add(lowered scalar: Unicode.Scalar, _ rules: Normalization) {
        guard rules.lowercases else { return add(scalar) }
        for part in scalar.properties.lowercaseMapping.unicodeScalars { add(part) }
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        guard kind != .general else { return }
        let isSpace = UnicodeClasses.isSpace(scalar)
        if isSpace || UnicodeClasses.isPunctuation(scalar) {
            kind = kind == .nothing ? (isSpace ? .space : .alone) : .general
        } else if kind == .nothing {
            kind = .letters
        } else if kind == .space || kind == .alone && scalarCount > 0 {
            kind = .general
        }
        if kind == .letters || kind == .alone { append(scalar) }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            guard byteCount < 8 else {
                kind = .general
                return
            }
            bytes |= UInt64(byte) &<< (UInt64(byteCount) * 8)
            byteCount += 1
        }
        scalarCount += 1
    }
}

/// The effects of the scalars met last, so that a text in any script asks Unicode's tables rarely.
struct ScalarEffects {
    private struct Slot {
        var value: UInt32
        var effect: ScalarEffect
    }

    private static let size = 1024
    private let rules: Normalization
    private var slots: [Slot] = []

    init(_ rules: Normalization) { self.rules = rules }

    subscript(scalar: Unicode.Scalar) -> ScalarEffect {
        mutating get {
            if slots.isEmpty {
                // No effect is kept for 0, which is ASCII.
                let empty = Slot(value: 0, effect: ScalarEffect(of: "\u{FFFD}", rules))
                slots = Array(repeating: empty, count: Self.size)
            }
            let index = Int(scalar.value) & (Self.size - 1)
            if slots[index].value != scalar.value {
                slots[index] = Slot(value: scalar.value, effect: ScalarEffect(of: scalar, rules))
            }
            return slots[index].effect
        }
    }
}
