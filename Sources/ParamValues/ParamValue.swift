public import OrderedCollections

/// A value of a parameters file: what YAML and JSON can say, with keys in file order.
public enum ParamValue: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case list([ParamValue])
    case map(OrderedDictionary<String, ParamValue>)
}

extension ParamValue: Equatable {
    /// Equality as change detection needs it: `1` is `1.0`, keys have no order, NaN is itself, texts
    /// are equal byte by byte.
    public static func == (a: ParamValue, b: ParamValue) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Int(exactly: b) == a
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.list(let a), .list(let b)): a == b
        case (.map(let a), .map(let b)):
            a.count == b.count && a.allSatisfy { key, value in b[key] == value }
        default: false
        }
    }
}

extension ParamValue {
    /// The value as compact JSON with sorted keys: equal values have equal texts.
    ///
    /// Doubles are written as short as they can be read back; `1.0` is `1`; infinities and NaN,
    /// which JSON lacks, are `Infinity`, `-Infinity` and `NaN`.
    public var canonicalText: String {
        var text = ""
        appendCanonical(to: &text)
        return text
    }

    /// The value as messages and tables show it: like `canonicalText`, bare strings without quotes.
    public var displayText: String {
        if case .string(let text) = self { return text }
        return canonicalText
    }

    /// The values below this one that are not maps, by dotted key, in file order.
    ///
    /// Lists and empty maps are leaves. A value that is no map is one leaf with the key "".
    public var leaves: [(key: String, value: ParamValue)] {
        guard case .map(let map) = self, !map.isEmpty else { return [("", self)] }
        return map.flatMap { key, value in
            value.leaves.map { leaf in
                (leaf.key.isEmpty ? key : "\(key).\(leaf.key)", leaf.value)
            }
        }
    }

    /// What kind of value it is, with an article: `a number`, `a map`.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .int: "an integer"
        case .double: "a number"
        case .string: "a string"
        case .list: "a list"
        case .map: "a map"
        }
    }

    private func appendCanonical(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .double(let value): text += ParamValue.canonical(value)
        case .string(let value): ParamValue.appendQuoted(value, to: &text)
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.appendCanonical(to: &text)
            }
            text += "]"
        case .map(let map):
            text += "{"
            let entries = map.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += "," }
                ParamValue.appendQuoted(entry.key, to: &text)
                text += ":"
                entry.value.appendCanonical(to: &text)
            }
            text += "}"
        }
    }

    private static func canonical(_ value: Double) -> String {
        if let whole = Int(exactly: value) { return String(whole) }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return value.description
    }

    private static func appendQuoted(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
