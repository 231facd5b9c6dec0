/// Reads `cache`: `dir`, a path, and `type`, a list or a text with commas, as DVC has it.
enum CacheTypeReader {
    private static let names = ProjectConfig.CacheType.allCases.map(\.rawValue)
    static let keys = ["dir", "type"]

    /// What `cache.dir` says in a configuration of nlpipe; nil where it says nothing.
    static func folder(_ value: Located?, findings: inout Findings) -> String? {
        guard let written = value?["dir"]?.value, !written.isNull else { return nil }
        guard let text = written.string, !text.isEmpty else {
            findings.addWrongType("'cache.dir'", expected: "a folder", found: written)
            return nil
        }
        return text
    }

    /// What `cache.type` says in a configuration of nlpipe; nil where it says nothing.
    static func read(
        _ value: Located?, findings: inout Findings
    ) -> [ProjectConfig.CacheType]? {
        guard let value, !value.isNull else { return nil }
        guard let entries = value.entries else {
            findings.addWrongType("'cache'", expected: "a map with 'dir' and 'type'", found: value)
            return nil
        }
        for entry in entries where !keys.contains(entry.key) {
            findings.addUnknownKey(entry, in: "'cache'", allowed: keys)
        }
        guard let written = value["type"]?.value, !written.isNull else { return nil }
        var items = [written]
        if case .list(let list) = written.content { items = list }
        return items.flatMap { item -> [ProjectConfig.CacheType] in
            guard let text = item.string else {
                findings.addWrongType(
                    "'cache.type'", expected: "a list of \(names.joined(separator: ", "))",
                    found: item)
                return []
            }
            return types(text, at: item.location, findings: &findings)
        }
    }

    /// What a text says.
    static func types(
        _ text: String, at location: SourceLocation, findings: inout Findings
    ) -> [ProjectConfig.CacheType] {
        text.split(separator: ",", omittingEmptySubsequences: false).compactMap { part in
            let name = part.filter { !$0.isWhitespace }
            if let type = ProjectConfig.CacheType(rawValue: name) { return type }
            findings.add(
                at: location, "'cache.type' names \(quoted(name)), which is no way to link",
                facts: [.init("expected", names.joined(separator: ", "))],
                hint: Suggestion.hint(for: name, among: names))
            return nil
        }
    }
}
