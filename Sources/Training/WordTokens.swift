/// Splits text into lower-case words: runs of at least two letters, digits or underscores, the rule
/// of scikit-learn's default `(?u)\b\w\w+\b`.
enum WordTokens {
    /// The words of `text`, in order.
    static func words(_ text: String) -> [String] {
        var found: [String] = []
        var word = String.UnicodeScalarView()
        var length = 0
        func close() {
            if length >= 2 { found.append(String(word)) }
            word = String.UnicodeScalarView()
            length = 0
        }
        for scalar in text.unicodeScalars {
            guard isWord(scalar) else {
                close()
                continue
            }
            if scalar.isASCII {
                word.append(lower(ascii: scalar))
            } else {
                word.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
            length += 1
        }
        close()
        return found
    }

    /// The 1-grams and 2-grams of `text`; the words of a 2-gram are joined by a space.
    static func grams(_ text: String) -> [String] {
        let words = words(text)
        return words + zip(words, words.dropFirst()).map { "\($0) \($1)" }
    }

    private static func lower(ascii scalar: Unicode.Scalar) -> Unicode.Scalar {
        (65...90).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            switch scalar.value {
            case 48...57, 65...90, 95, 97...122: return true
            default: return false
            }
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber:
            return true
        default:
            return false
        }
    }
}
