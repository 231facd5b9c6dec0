import Foundation

/// The Unicode properties that Hugging Face's normaliser and splitter go by.
///
/// Their category tables are those of Unicode 8, their decompositions those of Unicode 12.1. The
/// standard library has newer ones: a scalar's age, and the few scalars that changed category
/// since, bring the old answers back. `UnicodeClassesTests` compares every scalar.
enum UnicodeClasses {
    /// White space: ends a word.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    /// Punctuation: ASCII symbols such as `$` and `^` count, other symbols do not.
    static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0x166D, 0x111C9: return true
        default: break
        }
        switch category(of: scalar) {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    /// What cleaning removes: NUL, U+FFFD, controls, format and private-use scalars.
    ///
    /// Tab, line feed and carriage return are white space instead.
    static func isRemoved(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xFFFD: return true
        case 0x09, 0x0A, 0x0D: return false
        default: break
        }
        switch category(of: scalar) {
        case .control, .format, .privateUse: return true
        default: return false
        }
    }

    /// Ideographs, each of which is a word of its own; Hangul and kana are not among them.
    static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // The gap before U+2B920 is the original's slip, kept for the sake of equal ids.
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            return true
        default: return false
        }
    }

    /// Marks that stripping accents removes once a scalar is decomposed (category Mn).
    static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1734, 0x1171E: return true
        case 0x1885, 0x1886, 0xA9BD, 0x111C9: return false
        default: return category(of: scalar) == .nonspacingMark
        }
    }

    /// Calls `body` with the scalars of the full canonical decomposition.
    static func decompose(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
        // ASCII, ideographs and anything newer than the tables stand for themselves.
        guard scalar.value >= 0xC0, !(0x3400...0x9FFF).contains(scalar.value),
            isKnown(scalar, major: 12, minor: 1)
        else { return body(scalar) }
        for part in String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars {
            body(part)
        }
    }

    /// The rank by which marks after a base are put in order; 0 for anything that is no such mark.
    static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
        guard isKnown(scalar, major: 12, minor: 1) else { return 0 }
        return scalar.properties.canonicalCombiningClass.rawValue
    }

    private static func category(of scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
        isKnown(scalar, major: 8, minor: 0) ? scalar.properties.generalCategory : .unassigned
    }

    private static func isKnown(_ scalar: Unicode.Scalar, major: Int, minor: Int) -> Bool {
        guard let age = scalar.properties.age else { return false }
        return (age.major, age.minor) <= (major, minor)
    }
}
