import Foundation
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
        let fixed = trimmed(String(format: "%.\(digits)f", value))
        guard fixed == "0" || fixed == "-0" else { return fixed }
        return value == 0 ? "0" : String(format: "%.\(max(digits, 1))g", value)
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
        guard value.isFinite, value.magnitude < 1e6 else { return value }
        return Double(String(format: "%.\(digits)f", value)) ?? value
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var digits = Substring(text)
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return String(digits)
    }
}
