import ParamValues
import Pipelines

/// A value as lock and run cache write it: what YAML and JSON have in common, keys in order.
indirect enum Record: Equatable {
    /// A text, quoted where it has to be.
    case text(String)
    /// Compact JSON that stands for itself: numbers, truth values, parameters.
    case verbatim(String)
    case list([Record])
    case map([Field])

    struct Field: Equatable {
        var key: String
        var value: Record

        init(_ key: String, _ value: Record) {
            self.key = key
            self.value = value
        }
    }

    subscript(key: String) -> Record? {
        guard case .map(let fields) = self else { return nil }
        return fields.first { $0.key == key }?.value
    }

    /// The value as compact JSON.
    var json: String {
        switch self {
        case .text(let text): Record.quoted(text)
        case .verbatim(let text): Record.escapingControls(text)
        case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        case .map(let fields):
            "{"
                + fields.map { "\(Record.quoted($0.key)):\($0.value.json)" }.joined(separator: ",")
                + "}"
        }
    }

    /// The value as YAML in block style; `indent` is the number of spaces before nested lines.
    func yaml(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        switch self {
        case .text(let text): return Record.scalar(text) + "\n"
        case .verbatim(let text): return Record.escapingControls(text) + "\n"
        case .list(let values):
            // The dash takes the place of two spaces before an element's first line.
            return values.map {
                margin + "- " + $0.yaml(indent: indent + 2).dropFirst($0.lead(indent + 2))
            }
            .joined()
        case .map(let fields):
            return fields.map { field in
                let head = "\(margin)\(Record.scalar(field.key)):"
                switch field.value {
                case .text, .verbatim: return "\(head) \(field.value.yaml())"
                case .list(let values):
                    return values.isEmpty
                        ? "\(head) []\n" : "\(head)\n" + field.value.yaml(indent: indent)
                case .map(let fields):
                    return fields.isEmpty
                        ? "\(head) {}\n" : "\(head)\n" + field.value.yaml(indent: indent + 2)
                }
            }.joined()
        }
    }

    private func lead(_ indent: Int) -> Int {
        if case .map = self { indent } else { 0 }
    }

    /// A text as a YAML scalar: plain only where no reader could take it for something else.
    static func scalar(_ text: String) -> String {
        let plain: (Unicode.Scalar) -> Bool = { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", "@", "+", "=": true
            default: false
            }
        }
        let words: Set<String> = [
            "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
        ]
        // A letter that no number can hold, in decimal, octal, hexadecimal or with an exponent.
        let wordy = text.unicodeScalars.contains { scalar in
            ("a"..."d").contains(scalar) || ("g"..."n").contains(scalar)
                || ("p"..."z").contains(scalar)
                || scalar == "f" || scalar == "/"
        }
        let start =
            text.unicodeScalars.first.map {
                $0.properties.isAlphabetic || plain($0) && $0.properties.numericType != nil
            } ?? false
        let safe =
            start && wordy && text.unicodeScalars.allSatisfy(plain)
            && !words.contains(text.lowercased()) && !text.hasPrefix("0x")
        return safe ? text : quoted(text)
    }

    /// A text as a JSON string, which is also a YAML scalar.
    static func quoted(_ text: String) -> String {
        escapingControls(ParamValue.string(text).canonicalText)
    }

    /// A parameter's canonical text, the same before it was written and after it was read back.
    static func text(of value: ParamValue) -> String { escapingControls(value.canonicalText) }

    /// Escapes what JSON allows in a string and YAML does not; such characters only occur in
    /// strings.
    private static func escapingControls(_ text: String) -> String {
        let refused: (Unicode.Scalar) -> Bool = { scalar in
            (0x7f...0x9f).contains(scalar.value) || [0x2028, 0x2029, 0xfeff].contains(scalar.value)
                || scalar.value & 0xfffe == 0xfffe
        }
        guard text.unicodeScalars.contains(where: refused) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if refused(scalar) {
                let hex = String(scalar.value, radix: 16)
                let width = hex.count > 4 ? 8 : 4
                let zeros = String(repeating: "0", count: width - hex.count)
                result += (width == 8 ? "\\U" : "\\u") + zeros + hex
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
