import OrderedCollections
import ParamValues

/// Values as YAML in the layout of DVC's own files: a line per value, keys in their order.
enum BlockYAML {
    /// The lines of a map's entries, `indent` spaces from the left.
    static func lines(_ map: OrderedDictionary<String, ParamValue>, indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        return map.map { key, value in
            let scalar = YAMLScalar(key)
            guard scalar.isSimpleKey else {
                let head = scalar.value(column: indent + 1, indent: indent + 2)
                return "\(margin)?\(head)\n\(margin):\(inside(value, indent: indent))"
            }
            let head = scalar.key
            let column = indent + head.unicodeScalars.count + 1
            switch value {
            case .map(let map) where !map.isEmpty:
                return "\(margin)\(head):\n\(lines(map, indent: indent + 2))"
            case .list(let values) where !values.isEmpty:
                return "\(margin)\(head):\n\(items(values, indent: indent))"
            default:
                return "\(margin)\(head):\(flat(value, column: column, indent: indent + 2))\n"
            }
        }.joined()
    }

    private static func items(_ values: [ParamValue], indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return values.map { "\(margin)-\(inside($0, indent: indent))" }.joined()
    }

    /// What follows a dash, or the colon of a key with a line of its own: maps and lists begin there.
    private static func inside(_ value: ParamValue, indent: Int) -> String {
        switch value {
        case .map(let map) where !map.isEmpty:
            " \(lines(map, indent: indent + 2).dropFirst(indent + 2))"
        case .list(let values) where !values.isEmpty:
            " \(items(values, indent: indent + 2).dropFirst(indent + 2))"
        case .null: " \n"
        default: "\(flat(value, column: indent + 1, indent: indent + 2))\n"
        }
    }

    /// A value of one line, or of one text, with the blank before it; null is nothing.
    private static func flat(_ value: ParamValue, column: Int, indent: Int) -> String {
        switch value {
        case .null: ""
        case .bool(let value): value ? " true" : " false"
        case .int(let value): " \(value)"
        case .double(let value):
            value.isNaN
                ? " .nan"
                : value.isInfinite
                    ? (value < 0 ? " -.inf" : " .inf") : " \(PythonText.number(value))"
        case .string(let text): YAMLScalar(text).value(column: column, indent: indent)
        case .list: " []"
        case .map: " {}"
        }
    }
}
