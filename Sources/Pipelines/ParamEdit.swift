import OrderedCollections
public import ParamValues

/// Changes values in the text of a parameters file.
///
/// Comments, order and layout stay wherever the value stands on a line of its own or between brackets
/// on one line. Every way is tried on the text, and the first whose result reads as what is meant is
/// taken; where none does, YAML and JSON are written anew.
public enum ParamEdit {
    /// The text of `file` with a value set, added or taken away.
    ///
    /// Throws `DefinitionError` for a text that cannot be read, for a key that is not there, or is
    /// there and was to be added, and for a layout of TOML that can only be changed by hand.
    public static func text(
        _ text: String, file: String, _ override: ParamOverride, value: ParamValue
    ) throws -> String {
        let present = try ParamsFile(text, file: file)
        guard let path = DottedPath(override.key) else { return text }
        let old = present.root.value(at: path)
        switch (override.action, old) {
        case (.set, nil), (.remove, nil):
            let (fact, nearest) = present.root.absence(of: path)
            let hint =
                nearest.map { "did you mean \(quoted($0))?" }
                ?? (override.action == .set
                    ? "'+\(override.key)=…' adds a parameter that is not there" : nil)
            throw DefinitionError(diagnostics: [
                Diagnostic(
                    at: .file(file), "has no parameter \(quoted(override.key))", facts: [fact],
                    hint: hint)
            ])
        case (.add, nil), (.put, nil):
            // What is added below a value would take its place.
            let above = (1..<max(1, path.components.count)).map { path.prefix($0) }
            for parent in above {
                switch present.root.value(at: parent) {
                case nil, .null, .map: continue
                case .some(let value):
                    throw DefinitionError(diagnostics: [
                        Diagnostic(
                            at: .file(file), "cannot hold a parameter \(quoted(override.key))",
                            facts: [
                                .init(
                                    "found",
                                    "\(quoted(parent.text)) is \(value.kindName), not a map")
                            ])
                    ])
                }
            }
        case (.add, .some):
            throw DefinitionError(diagnostics: [
                Diagnostic(
                    at: .file(file), "has a parameter \(quoted(override.key)) already",
                    hint: "'\(override.key)=…' changes it")
            ])
        default: break
        }
        let new = override.action == .remove ? nil : value
        if let old, let new, old == new { return text }
        let meant = changed(present.root, path.components[...], to: new) ?? .map([:])
        let candidates = ParamEditCandidates(
            text: text, file: file, present: present, key: override.key, path: path, old: old,
            new: new)
        for candidate in candidates.all {
            // Equal as values and of the same kind: 1 is not to become 1.0.
            if let read = try? ParamsFile(candidate, file: file), read.root == meant {
                return candidate
            }
        }
        guard !file.lowercased().hasSuffix(".toml") else {
            throw DefinitionError(diagnostics: [
                Diagnostic(
                    at: .file(file), "\(quoted(override.key)) can only be changed by hand",
                    facts: [.init("expected", "a value on a line of its own")])
            ])
        }
        return ParamText.document(meant, isJSON: file.lowercased().hasSuffix(".json"))
    }

    /// The value with another one at a path, or without it.
    private static func changed(
        _ value: ParamValue, _ path: ArraySlice<DottedPath.Component>, to new: ParamValue?
    ) -> ParamValue? {
        guard let first = path.first else { return new }
        switch (value, first) {
        case (.list(var list), _):
            let index: Int? =
                switch first {
                case .index(let index): index
                case .key(let name): DottedPath.index(name)
                }
            guard let index, list.indices.contains(index) else { return value }
            if let inner = changed(list[index], path.dropFirst(), to: new) {
                list[index] = inner
            } else {
                list.remove(at: index)
            }
            return .list(list)
        case (_, .key(let name)):
            var map: OrderedDictionary<String, ParamValue> = [:]
            if case .map(let present) = value { map = present }
            map[name] = changed(map[name] ?? .null, path.dropFirst(), to: new)
            return .map(map)
        default: return value
        }
    }
}

/// Values as the text of parameters files.
enum ParamText {
    /// A value on one line, as YAML, JSON and TOML all read it, as far as they can say it.
    static func inline(_ value: ParamValue, of file: String) -> String {
        let isTOML = file.lowercased().hasSuffix(".toml")
        let isJSON = file.lowercased().hasSuffix(".json")
        switch value {
        case .double(let number): return self.number(number, isJSON: isJSON, isTOML: isTOML)
        case .string(let text):
            let isPlain = !isTOML && !isJSON && isPlain(text)
            return isPlain ? text : value.canonicalText
        case .list(let values):
            return "[\(values.map { inline($0, of: file) }.joined(separator: ", "))]"
        case .map(let map):
            let sign = isTOML ? " =" : ":"
            let entries = map.map { key, value in
                let name = isPlain(key) && !isJSON ? key : ParamValue.string(key).canonicalText
                return "\(name)\(sign) \(inline(value, of: file))"
            }
            return "{\(entries.joined(separator: ", "))}"
        default: return value.canonicalText
        }
    }

    /// A number with a point, which readers of YAML 1.1 need to see that it is none of their texts.
    static func number(_ value: Double, isJSON: Bool, isTOML: Bool) -> String {
        guard value.isFinite else {
            let word = value.isNaN ? "nan" : "inf"
            let sign = value < 0 ? "-" : ""
            if isJSON { return value.isNaN ? "NaN" : "\(sign)Infinity" }
            return isTOML ? sign + word : "\(sign).\(word)"
        }
        var text = value.description
        if let mark = text.firstIndex(of: "e"), !text[..<mark].contains(".") {
            text.insert(contentsOf: ".0", at: mark)
        }
        return text
    }

    /// A word that no reader of YAML takes for anything but a text.
    private static func isPlain(_ text: String) -> Bool {
        let words: Set<String> = [
            "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
        ]
        guard let first = text.unicodeScalars.first, first.isASCII, first.properties.isAlphabetic
        else { return false }
        return !words.contains(text.lowercased())
            && text.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
                    || $0 == 45 || $0 == 95 || $0 == 46 || $0 == 47
            }
    }

    /// A whole file.
    static func document(_ value: ParamValue, isJSON: Bool) -> String {
        isJSON ? json(value, indent: 0) + "\n" : yaml(value, indent: 0)
    }

    private static func json(_ value: ParamValue, indent: Int) -> String {
        let inner = String(repeating: " ", count: indent + 4)
        let margin = String(repeating: " ", count: indent)
        switch value {
        case .map(let map) where !map.isEmpty:
            let lines = map.map {
                "\(inner)\(ParamValue.string($0).canonicalText): \(json($1, indent: indent + 4))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
        case .list(let values) where !values.isEmpty:
            let lines = values.map { inner + json($0, indent: indent + 4) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(margin)]"
        default: return inline(value, of: "x.json")
        }
    }

    private static func yaml(_ value: ParamValue, indent: Int) -> String {
        guard case .map(let map) = value, !map.isEmpty else { return "{}\n" }
        let margin = String(repeating: " ", count: indent)
        return map.map { key, value in
            let name = isPlain(key) ? key : ParamValue.string(key).canonicalText
            if case .map(let inner) = value, !inner.isEmpty {
                return "\(margin)\(name):\n\(yaml(value, indent: indent + 2))"
            }
            return "\(margin)\(name): \(inline(value, of: "x.yaml"))\n"
        }.joined()
    }
}
