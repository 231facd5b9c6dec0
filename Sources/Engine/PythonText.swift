import ContentStore
import ParamValues

/// Values as Python writes them, whose texts DVC computes digests of.
enum PythonText {
    /// The value as JSON with sorted keys, `", "` and `": "`, and only ASCII.
    static func json(_ value: ParamValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value):
            value.isNaN
                ? "NaN"
                : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : number(value)
        case .string(let text): ASCIIJSON.quoted(text)
        case .list(let values): "[" + values.map(json).joined(separator: ", ") + "]"
        case .map(let map):
            "{"
                + map.sorted { precedes($0.key, $1.key) }
                .map { "\(ASCIIJSON.quoted($0.key)): \(json($0.value))" }.joined(separator: ", ")
                + "}"
        }
    }

    /// Python's order of texts: that of their scalars.
    static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    /// The shortest digits that read back as the same number, with a point or an exponent.
    static func number(_ value: Double) -> String {
        let text = value.description
        guard abs(value) >= 1e16, !text.contains("e") else { return text }
        // Python turns to exponents earlier.
        let sign = value < 0 ? "-" : ""
        let digits = text.drop { $0 == "-" }.prefix { $0 != "." }
        let exponent = digits.count - 1
        var rest = digits.dropFirst()
        while rest.last == "0" { rest.removeLast() }
        return "\(sign)\(digits.prefix(1))\(rest.isEmpty ? "" : ".")\(rest)e+\(exponent)"
    }
}
