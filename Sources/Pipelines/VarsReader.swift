/// Loads what templates may use: `params.yaml`, and the files and maps of `vars`.
struct VarsReader {
    let text: @Sendable (String) throws -> String?
    /// Relative to which the files of `vars` are written.
    let folder: String
    private(set) var files: [String] = []

    /// Where names come from, for messages.
    var origin: String {
        files.isEmpty ? "vars (there is no params.yaml)" : files.joined(separator: ", ")
    }

    init(folder: String, text: @escaping @Sendable (String) throws -> String?) {
        self.folder = folder
        self.text = text
    }

    /// The scope of `params.yaml`, empty where there is no such file.
    mutating func defaults(findings: inout Findings) -> Scope {
        var scope = Scope()
        let file = (folder.isEmpty ? "" : folder + "/") + PipelineReader.defaultParamsFile
        if case .some(.some(let entries)) = load(file, findings: &findings) {
            scope.merge(entries, findings: &findings)
        }
        return scope
    }

    /// Adds the entries of `vars` to `scope`.
    mutating func extend(_ scope: Scope, with vars: Located, findings: inout Findings) -> Scope {
        guard !vars.isNull else { return scope }
        guard let list = vars.list else {
            findings.addWrongType("'vars'", expected: "a list of files and maps", found: vars)
            return scope
        }
        var scope = scope
        for item in list {
            if let entries = item.entries {
                scope.merge(entries, findings: &findings)
            } else if let text = item.string {
                add(text, at: item.location, to: &scope, findings: &findings)
            } else {
                findings.addWrongType(
                    "an entry of 'vars'", expected: "a file, 'file:key1,key2' or a map", found: item
                )
            }
        }
        return scope
    }

    private mutating func add(
        _ written: String, at location: SourceLocation, to scope: inout Scope,
        findings: inout Findings
    ) {
        let parts = written.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let keys = parts.count > 1 ? parts[1].split(separator: ",").map(String.init) : nil
        let file: String
        do {
            file = try PathRules.normalise(name, in: folder)
        } catch {
            findings.add(
                at: location, "file \(quoted(name)) of 'vars' \(error.message)", hint: error.hint)
            return
        }
        if keys == nil, files.contains(file) { return }
        guard let loaded = load(file, findings: &findings) else { return }
        guard let entries = loaded else {
            findings.add(at: location, "file \(quoted(name)) of 'vars' does not exist")
            return
        }
        guard let keys else { return scope.merge(entries, findings: &findings) }
        for key in keys {
            guard let entry = entries.first(where: { $0.key == key }) else {
                findings.add(
                    at: location, "\(quoted(file)) has no key \(quoted(key))",
                    hint: Suggestion.hint(for: key, among: entries.map(\.key)))
                continue
            }
            scope.merge([entry], findings: &findings)
        }
    }

    /// Nil when the file cannot be read, which is said; `.some(nil)` when there is none.
    private mutating func load(_ file: String, findings: inout Findings) -> [Located.Entry]?? {
        let content: String?
        do {
            content = try text(file)
        } catch {
            findings.add(file: file, "cannot be read", facts: [.init("reason", "\(error)")])
            return nil
        }
        guard let content else { return .some(nil) }
        if !files.contains(file) { files.append(file) }
        return ParamsFile.read(content, file: file, findings: &findings).map { $0.entries }
    }
}
