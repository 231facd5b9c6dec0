/// A JSON value (RFC 8259); objects know no order and are written with sorted keys.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The members of an object, or nil.
    public var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }
    /// The elements of an array, or nil.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
    /// The text of a string, or nil.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }
    /// An integer, also one written as `12.0`, or nil.
    public var integer: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }
    /// A number of either kind, or nil.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
    /// A truth value, or nil.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A member of an object; nil when absent or when this is no object.
    public subscript(_ key: String) -> JSONValue? { object?[key] }
}

extension JSONValue {
    /// The value as text: keys sorted; with `pretty`, indented by two spaces and ended by a newline.
    ///
    /// Numbers that JSON cannot express (NaN, infinities) become `null`.
    public func text(pretty: Bool = false) -> String {
        var result = ""
        write(to: &result, indent: pretty ? 0 : nil)
        return pretty ? result + "\n" : result
    }

    private func write(to result: inout String, indent: Int?) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .integer(let value): result += String(value)
        case .number(let value): result += value.isFinite ? "\(value)" : "null"
        case .string(let text): JSONValue.quote(text, into: &result)
        case .array(let elements):
            JSONValue.writeList("[", "]", elements, indent, into: &result) { element, inner, out in
                element.write(to: &out, indent: inner)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            JSONValue.writeList("{", "}", sorted, indent, into: &result) { member, inner, out in
                JSONValue.quote(member.key, into: &out)
                out += inner == nil ? ":" : ": "
                member.value.write(to: &out, indent: inner)
            }
        }
    }

    private static func writeList<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ indent: Int?,
        into result: inout String, _ body: (Element, Int?, inout String) -> Void
    ) {
        let inner = indent.map { $0 + 2 }
        result += open
        for (index, element) in elements.enumerated() {
            if index > 0 { result += "," }
            if let inner { result += "\n" + String(repeating: " ", count: inner) }
            body(element, inner, &result)
        }
        if let indent, !elements.isEmpty {
            result += "\n" + String(repeating: " ", count: indent)
        }
        result += close
    }

    private static func quote(_ text: String, into result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        result += "\""
    }
}
