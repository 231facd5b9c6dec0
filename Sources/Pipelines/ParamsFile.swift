public import ParamValues

/// A parameters file as read: YAML, JSON or TOML, with the places of its keys.
public struct ParamsFile: Sendable {
    /// The file's path relative to the project's root.
    public let file: String
    /// The file's value: a map, empty for an empty file.
    public let root: ParamValue

    private let tree: Located

    /// Reads `text`; a name that ends in `.json` is read as JSON, in `.toml` as TOML, in `.yaml`
    /// or `.yml` as YAML.
    ///
    /// Throws `DefinitionError` with places in the file.
    public init(_ text: String, file: String) throws {
        var findings = Findings()
        let read = ParamsFile.read(text, file: file, findings: &findings)
        guard let read else { throw DefinitionError(diagnostics: findings.diagnostics) }
        self = read
    }

    private init(file: String, tree: Located) {
        self.file = file
        self.tree = tree
        root = tree.value
    }

    /// Reads `text`; nil after something was found to be wrong.
    static func read(_ text: String, file: String, findings: inout Findings) -> ParamsFile? {
        let suffix = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard ["yaml", "yml", "json", "toml"].contains(suffix), file.contains(".") else {
            findings.add(
                file: file, "parameters files of this kind are not supported",
                facts: [.init("expected", "a name that ends in .yaml, .yml, .json or .toml")],
                hint: suffix == "py" ? "move the parameters of Python files to params.yaml" : nil)
            return nil
        }
        let read =
            switch suffix {
            case "toml": TOMLReader.read(text, file: file, findings: &findings)
            case "json":
                // Most files have nothing that needs a second look or a message.
                PlainJSON.read(text, file: file)
                    ?? YAMLReader.read(joiningSurrogates(text), file: file, findings: &findings)
            default: YAMLReader.read(text, file: file, findings: &findings)
            }
        guard var tree = read else { return nil }
        if tree.isNull { tree = Located(.map([]), at: tree.location) }
        guard tree.entries != nil else {
            findings.addWrongType("the top level", expected: "a map of parameters", found: tree)
            return nil
        }
        return ParamsFile(file: file, tree: tree)
    }

    var entries: [Located.Entry] { tree.entries ?? [] }

    /// The value at a dotted key path such as `distill.layers[0].size`; nil if there is none.
    public func value(at key: String) -> ParamValue? { root.value(at: key) }

    /// The values that `dep` names, as (key, value) in the order of its keys; one entry with the
    /// key "" for a whole file.
    ///
    /// Throws `DefinitionError` naming every missing key, who wants it, and the nearest key.
    public func values(
        for dep: ParamDep, stage: String
    ) throws -> [(key: String, value: ParamValue)] {
        guard let keys = dep.keys else { return [("", root)] }
        var missing: [Diagnostic] = []
        var found: [(key: String, value: ParamValue)] = []
        for key in keys {
            if let value = value(at: key) {
                found.append((key, value))
            } else {
                missing.append(absence(of: key, for: dep, stage: stage))
            }
        }
        guard missing.isEmpty else { throw DefinitionError(diagnostics: missing) }
        return found
    }

    /// Where the value at `key` stands; nil if there is none.
    public func location(of key: String) -> SourceLocation? {
        guard let path = DottedPath(key) else { return nil }
        var place = tree
        for component in path.components {
            switch component {
            case .key(let name):
                let element = place.list.flatMap { list in
                    DottedPath.index(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
                }
                guard let next = place[name]?.value ?? element else { return nil }
                place = next
            case .index(let index):
                guard let list = place.list, list.indices.contains(index) else { return nil }
                place = list[index]
            }
        }
        return place.location
    }

    /// Where the key at the end of a dotted path stands, or the nearest above it that is there; nil
    /// where not even the first one is.
    public func place(of key: String) -> SourceLocation? {
        guard let path = DottedPath(key) else { return nil }
        var value = tree
        var place: SourceLocation?
        for component in path.components {
            var index: Int?
            switch component {
            case .index(let number): index = number
            case .key(let name):
                if let entry = value[name] {
                    (place, value) = (entry.keyLocation, entry.value)
                    continue
                }
                index = DottedPath.index(name)
            }
            guard let index, let list = value.list, list.indices.contains(index) else { break }
            (place, value) = (list[index].location, list[index])
        }
        return place
    }

    private func absence(of key: String, for dep: ParamDep, stage: String) -> Diagnostic {
        let message =
            "stage \(quoted(stage)) wants the parameter \(quoted(key)), which \(quoted(file)) lacks"
        guard let path = DottedPath(key) else {
            return Diagnostic(
                at: .at(dep.location), message, facts: [.init("expected", "a path such as a.b[0]")])
        }
        let (fact, nearest) = root.absence(of: path)
        return Diagnostic(
            at: .at(dep.location), message, facts: [fact],
            hint: nearest.map { "did you mean \(quoted($0))?" })
    }

    /// JSON writes characters beyond U+FFFF as two escapes, which YAML does not know.
    private static func joiningSurrogates(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        let pair = /\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})/
        return text.replacing(pair) { match in
            guard let high = UInt32(match.1, radix: 16), let low = UInt32(match.2, radix: 16) else {
                return String(match.0)
            }
            let code = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)
            let hex = String(code, radix: 16)
            return "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
        }
    }
}
