import ParamValues

/// Types of plain YAML scalars by the core schema of YAML 1.2, as DVC's parser has them.
///
/// `yes`, `no`, `on` and `off` are strings; `5e-5` is a number; `1_000` is an integer.
enum ScalarTyping {
    enum Problem: Error { case integerOutOfRange, numberOutOfRange }

    static func value(ofPlain text: String) throws(Problem) -> ParamValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        default: break
        }
        let bytes = Array(text.utf8)
        guard bytes.count <= 400, let first = bytes.first, "+-.0123456789".utf8.contains(first)
        else {
            return .string(text)
        }
        if let integer = try integer(bytes) { return .int(integer) }
        if isFloat(bytes), let number = Double(text) {
            guard number.isFinite else { throw .numberOutOfRange }
            return .double(number)
        }
        return .string(text)
    }

    private static func integer(_ bytes: [UInt8]) throws(Problem) -> Int? {
        let signed = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
        var digits = Array(signed ? bytes.dropFirst() : bytes[...])
        var radix = 10
        if digits.starts(with: "0x".utf8) {
            radix = 16
        } else if digits.starts(with: "0o".utf8) {
            radix = 8
        }
        if radix != 10 { digits.removeFirst(2) }
        guard let first = digits.first, let last = digits.last,
            isDigit(first, radix), isDigit(last, radix),
            digits.allSatisfy({ isDigit($0, radix) || $0 == UInt8(ascii: "_") })
        else { return nil }
        digits.removeAll { $0 == UInt8(ascii: "_") }
        let sign = bytes.first == UInt8(ascii: "-") ? "-" : ""
        guard let value = Int(sign + String(decoding: digits, as: UTF8.self), radix: radix) else {
            throw .integerOutOfRange
        }
        return value
    }

    private static func isDigit(_ byte: UInt8, _ radix: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "7"): true
        case UInt8(ascii: "8"), UInt8(ascii: "9"): radix > 8
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
            radix == 16
        default: false
        }
    }

    /// The core schema's `[-+]? ( . [0-9]+ | [0-9]+ ( . [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
    private static func isFloat(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        func dropSign() {
            if let first = rest.first, "+-".utf8.contains(first) { rest.removeFirst() }
        }
        func dropDigits() -> Int {
            let count = rest.prefix { isDigit($0, 10) }.count
            rest.removeFirst(count)
            return count
        }
        dropSign()
        var digits = dropDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            digits += dropDigits()
        }
        guard digits > 0 else { return false }
        if let first = rest.first, "eE".utf8.contains(first) {
            rest.removeFirst()
            dropSign()
            guard dropDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
