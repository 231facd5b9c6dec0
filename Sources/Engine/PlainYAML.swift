/// What YAML 1.2 takes a scalar without quotes for, as the library that writes DVC's files has it.
enum PlainYAML {
    /// Whether a scalar is anything but a text: null, a truth value, a number, a time, or a sign.
    static func isOther(_ text: [Unicode.Scalar]) -> Bool {
        guard let first = text.first else { return true }
        switch first {
        case "t", "T", "f", "F", "n", "N", "~", "<", "=":
            return text.count <= 5 && words.contains(String(String.UnicodeScalarView(text)))
        case "+", "-", ".", "0"..."9":
            let digits = text.map(\.value)
            return isInteger(digits) || isFloat(digits) || isTime(digits)
        default: return false
        }
    }

    private static let words: Set<String> = [
        "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL", "~", "<<", "=",
    ]

    /// A blank, a tabulator, a line break, or none of these but nothing.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\0" || isBreak(scalar)
    }

    static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    /// Whether a scalar may stand as it is; line breaks may not.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7e, 0xe000...0xfefe, 0xff00...0xfffd, 0x10000...0x10ffff: true
        case 0xa0...0xd7ff: !isBreak(scalar)
        default: false
        }
    }

    // MARK: Numbers

    /// Reads a text from the left.
    private struct Cursor {
        let text: [UInt32]
        var place = 0

        init(_ text: [UInt32]) { self.text = text }

        var isAtEnd: Bool { place == text.count }

        /// Goes over one of `characters`.
        mutating func take(_ characters: String) -> Bool {
            guard place < text.count,
                characters.unicodeScalars.contains(where: { $0.value == text[place] })
            else { return false }
            place += 1
            return true
        }

        /// Goes over all that are among `characters`; returns how many.
        @discardableResult
        mutating func takeAll(_ characters: String) -> Int {
            let start = place
            while take(characters) {}
            return place - start
        }

        /// Goes over `count` digits, or up to so many.
        mutating func digits(_ count: ClosedRange<Int>) -> Bool {
            var found = 0
            while found < count.upperBound, take(PlainYAML.decimal) { found += 1 }
            return found >= count.lowerBound
        }
    }

    private static let decimal = "0123456789"

    private static func isInteger(_ text: [UInt32]) -> Bool {
        func rest(_ head: String, _ digits: String) -> Bool {
            var cursor = Cursor(text)
            _ = cursor.take("+-")
            for character in head.unicodeScalars {
                guard cursor.take(String(character)) else { return false }
            }
            return cursor.takeAll(digits) > 0 && cursor.isAtEnd
        }
        return rest("", decimal + "_") || rest("0b", "01_") || rest("0o", "01234567_")
            || rest("0x", decimal + "abcdefABCDEF_")
    }

    private static func isFloat(_ text: [UInt32]) -> Bool {
        var cursor = Cursor(text)
        let isSigned = cursor.take("+-")
        let rest = String(
            String.UnicodeScalarView(text[cursor.place...].compactMap(Unicode.Scalar.init)))
        if [".inf", ".Inf", ".INF"].contains(rest) { return true }
        if [".nan", ".NaN", ".NAN"].contains(rest) { return !isSigned }
        if cursor.take(".") {
            guard cursor.takeAll(decimal + "_") > 0 else { return false }
            if cursor.isAtEnd { return true }
            // Here, and only here, the exponent has to have a sign.
            return cursor.take("eE") && cursor.take("+-") && cursor.takeAll(decimal) > 0
                && cursor.isAtEnd
        }
        guard cursor.take(decimal) else { return false }
        cursor.takeAll(decimal + "_")
        let hasPoint = cursor.take(".")
        if hasPoint { cursor.takeAll(decimal + "_") }
        if cursor.isAtEnd { return hasPoint }
        guard cursor.take("eE") else { return false }
        _ = cursor.take("+-")
        return cursor.takeAll(decimal) > 0 && cursor.isAtEnd
    }

    private static func isTime(_ text: [UInt32]) -> Bool {
        var cursor = Cursor(text)
        guard cursor.digits(4...4), cursor.take("-") else { return false }
        let month = cursor.place
        guard cursor.digits(1...2), cursor.take("-") else { return false }
        let day = cursor.place
        guard cursor.digits(1...2) else { return false }
        if cursor.isAtEnd { return day - month == 3 && cursor.place - day == 2 }
        guard cursor.take("Tt") || cursor.takeAll(" \t") > 0 else { return false }
        guard cursor.digits(1...2), cursor.take(":"), cursor.digits(2...2), cursor.take(":"),
            cursor.digits(2...2)
        else { return false }
        if cursor.take(".") { cursor.takeAll(decimal) }
        cursor.takeAll(" \t")
        if cursor.isAtEnd { return text.last != 0x20 && text.last != 0x09 }
        if cursor.take("Z") { return cursor.isAtEnd }
        guard cursor.take("+-"), cursor.digits(1...2) else { return false }
        if cursor.take(":") { return cursor.digits(2...2) && cursor.isAtEnd }
        return cursor.isAtEnd
    }
}
