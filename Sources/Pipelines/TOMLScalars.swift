import ParamValues

/// The values of TOML that have no quotes.
enum TOMLScalars {
    /// Nil for what is no value, and for numbers that do not fit.
    static func value(of text: String) -> ParamValue? {
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf", "+inf": return .double(.infinity)
        case "-inf": return .double(-.infinity)
        case "nan", "+nan", "-nan": return .double(.nan)
        default: break
        }
        if isDate(text) { return .string(text) }
        guard let plain = withoutSeparators(text) else { return nil }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where plain.hasPrefix(prefix) {
            let digits = plain.dropFirst(2)
            guard digits.first != "+", digits.first != "-" else { return nil }
            return Int(digits, radix: radix).map(ParamValue.int)
        }
        if isInteger(plain) { return Int(plain).map(ParamValue.int) }
        if plain.wholeMatch(of: /[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil {
            return Double(plain).flatMap { $0.isFinite ? .double($0) : nil }
        }
        return nil
    }

    /// A date, a time, or both, as RFC 3339 writes them.
    static func isDate(_ text: String) -> Bool {
        let start = Array(text.utf8.prefix(5))
        guard start.count == 5, start[4] == UInt8(ascii: "-") || start[2] == UInt8(ascii: ":")
        else {
            return false
        }
        let time = /[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?/
        if text.wholeMatch(of: time) != nil { return true }
        guard let date = text.prefixMatch(of: /[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])/)
        else {
            return false
        }
        let rest = text[date.range.upperBound...]
        return rest.isEmpty
            || rest.wholeMatch(
                of: /[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?/)
                != nil
    }

    /// Digits with a sign or without, and no zero before others.
    private static func isInteger(_ text: String) -> Bool {
        let signed = text.utf8.first.map { "+-".utf8.contains($0) } ?? false
        let digits = signed ? text.utf8.dropFirst() : text.utf8[...]
        return digits.allSatisfy { (48...57).contains($0) } && !digits.isEmpty
            && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
    }

    /// `text` without `_`, each of which has to stand between two digits.
    private static func withoutSeparators(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        let isHex = text.hasPrefix("0x")
        func isDigit(_ character: Character?) -> Bool {
            guard let character, character.isASCII else { return false }
            return isHex ? character.isHexDigit : character.isNumber
        }
        for (left, right) in zip(parts, parts.dropFirst())
        where !isDigit(left.last) || !isDigit(right.first) {
            return nil
        }
        return parts.joined()
    }
}
