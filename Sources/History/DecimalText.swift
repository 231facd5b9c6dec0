import Glibc
public import ParamValues

/// Numbers as tables show them.
public enum DecimalText {
    /// `value` rounded to `precision` decimals, without trailing zeros.
    ///
    /// A value that would vanish is shown with as many significant digits instead: a learning rate of
    /// 0.000001 is not 0.
    public static func text(_ value: Double, precision: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        if value.magnitude >= 1e15 { return "\(value)" }
        let digits = min(max(precision, 0), 15)
        if let short = short(value, digits: digits) { return trimmed(short) }
        let fixed = trimmed(printed("%.\(digits)f", value))
        guard fixed == "0" || fixed == "-0" else { return fixed }
        return value == 0 ? "0" : printed("%.\(max(digits, 1))g", value)
    }

    /// Any value as one cell of a table.
    public static func text(_ value: ParamValue?, precision: Int) -> String {
        switch value {
        case nil: "-"
        case .double(let number): text(number, precision: precision)
        case .some(let value): value.displayText
        }
    }

    /// `value` rounded to `digits` decimals.
    static func rounded(_ value: Double, digits: Int) -> Double {
        guard value.isFinite, value.magnitude < 1e6, short(value, digits: digits) == nil else {
            return value
        }
        return Double(printed("%.\(digits)f", value)) ?? value
    }

    /// The shortest text of a number, where it has no more than `digits` decimals.
    ///
    /// Nothing is left to round then. Nil where it has more, or so many are beyond its precision.
    private static func short(_ value: Double, digits: Int) -> String? {
        guard digits <= 15, value.magnitude >= 1e-4, value.magnitude < 1e6 else { return nil }
        let text = value.description
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")),
            text.utf8.distance(from: point, to: text.utf8.endIndex) - 1 <= min(digits, 9)
        else { return nil }
        return text
    }

    /// What C's `printf` makes of a number; Foundation's way there goes by its own kind of text and
    /// back.
    private static func printed(_ format: String, _ value: Double) -> String {
        withVaList([value]) { list in
            // A number below 1e15 with 15 decimals, its sign and its point.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { text in
                guard let start = text.baseAddress,
                    vsnprintf(start, text.count, format, list) > 0
                else { return "\(value)" }
                return String(cString: start)
            }
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var digits = Substring(text)
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return String(digits)
    }
}
