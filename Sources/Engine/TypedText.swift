import ParamValues
import Pipelines

/// Parameters as texts that keep what canonical texts drop: `1.0` is not `1`, and keys have an order.
///
/// DVC's records have the values as the file has them.
enum TypedText {
    static func text(_ value: ParamValue) -> String {
        switch value {
        case .double(let number):
            number.isNaN
                ? ".nan"
                : number.isInfinite ? (number < 0 ? "-.inf" : ".inf") : PythonText.number(number)
        case .list(let values): "[" + values.map(text).joined(separator: ",") + "]"
        case .map(let map):
            "{" + map.map { "\(Record.quoted($0)):\(text($1))" }.joined(separator: ",") + "}"
        case .string(let text): Record.quoted(text)
        case .null, .bool, .int: value.canonicalText
        }
    }

    /// Reads what `text` wrote.
    static func value(_ text: String) -> ParamValue {
        let file = try? YAMLDocument.read("[\(text)]", file: "value")
        guard case .list(let values) = file, let value = values.first else { return .string(text) }
        return value
    }

    /// Whether both texts stand for equal values; `1.0` equals `1`.
    static func areEqual(_ a: String, _ b: String) -> Bool { a == b || value(a) == value(b) }
}
