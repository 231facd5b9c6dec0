import ParamValues

/// A change of one value in the text of a configuration file; comments and layout stay.
public enum ConfigEdit {
    /// The configuration file's text with a remote added or given another place.
    public static func adding(
        remote name: String, url: String, to text: String, file: String
    ) throws -> String {
        try check(remote: name, url: url)
        return try set(["remotes", name, "url"], to: url, in: text, file: file)
    }

    /// Throws `DefinitionError` for a name or a URL that no remote can have.
    static func check(remote name: String, url: String) throws {
        var problems: [Diagnostic] = []
        if !ConfigReader.isName(name) {
            problems.append(
                Diagnostic(
                    at: .nowhere, "remote \(quoted(name)) has a name that no command can call",
                    facts: [.init("expected", ConfigReader.namesAre)]))
        }
        if let problem = RemoteAddress.problem(of: url) {
            // The URL itself may hold what nobody should see.
            problems.append(
                Diagnostic(
                    at: .nowhere, "the URL of remote \(quoted(name)) \(problem)",
                    facts: [.init("expected", RemoteAddress.expected)]))
        }
        guard problems.isEmpty else { throw DefinitionError(diagnostics: problems) }
    }

    /// The text with an option of a remote set, or taken out.
    public static func setting(
        _ option: String, of remote: String, to value: String?, in text: String, file: String
    ) throws -> String {
        try set(["remotes", remote, option], to: value, in: text, file: file)
    }

    /// The text without a remote.
    public static func removing(
        remote name: String, from text: String, file: String
    ) throws -> String {
        try set(["remotes", name], to: nil, in: text, file: file)
    }

    /// The text with another default remote, or with none.
    public static func choosing(
        remote name: String?, in text: String, file: String
    ) throws -> String {
        try set(["default_remote"], to: name, in: text, file: file)
    }

    /// Sets the value at a path of keys, or takes it out with what is below it.
    ///
    /// The edit is by lines; its result is read again and compared with what was meant, so that a
    /// layout that lines do not tell about (`{}` on one line, anchors) is refused, never damaged.
    private static func set(
        _ keys: [String], to value: String?, in text: String, file: String
    ) throws -> String {
        let old = try read(text, file: file)
        let wanted = changed(old, keys[...], to: value)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        edit(&lines, keys[...], to: value, in: 0..<lines.count, indent: 0)
        let new = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
        guard let result = try? read(new, file: file), result == wanted else {
            throw DefinitionError(diagnostics: [
                Diagnostic(
                    at: .file(file), "this layout can only be changed by hand",
                    facts: [.init("expected", "one key a line, nested keys indented")],
                    hint: "change \(quoted(keys.joined(separator: "."))) in an editor")
            ])
        }
        return new
    }

    private static func read(_ text: String, file: String) throws -> ParamValue {
        var findings = Findings()
        let root = YAMLReader.read(text, file: file, findings: &findings)
        try findings.throwIfAny()
        return root?.value ?? .null
    }

    private static func changed(
        _ value: ParamValue, _ keys: ArraySlice<String>, to new: String?
    ) -> ParamValue {
        guard let key = keys.first else { return new.map(ParamValue.string) ?? .null }
        guard case .map(var map) = value == .null ? .map([:]) : value else { return value }
        let inner = changed(map[key] ?? .null, keys.dropFirst(), to: new)
        map[key] = inner == .null ? nil : inner
        return map.isEmpty ? .null : .map(map)
    }

    /// Edits the block of keys that stands in `range` at `indent`; lines below it are indented more.
    private static func edit(
        _ lines: inout [String], _ keys: ArraySlice<String>, to value: String?,
        in range: Range<Int>,
        indent: Int
    ) {
        guard let key = keys.first else { return }
        let margin = String(repeating: " ", count: indent)
        guard let start = range.first(where: { lines[$0].hasPrefix("\(margin)\(key):") }) else {
            guard let value else { return }
            lines.insert(contentsOf: block(keys, value, indent: indent), at: end(range, lines))
            return
        }
        let after =
            range.dropFirst(start + 1 - range.lowerBound)
            .first { !isBlank(lines[$0]) && width(lines[$0]) <= indent } ?? range.upperBound
        let inside = (start + 1)..<end((start + 1)..<after, lines)
        if keys.count == 1 {
            lines.replaceSubrange(
                start..<inside.upperBound, with: value.map { block(keys, $0, indent: indent) } ?? []
            )
            return
        }
        let deeper = inside.first { !isBlank(lines[$0]) }.map { width(lines[$0]) } ?? indent + 2
        let others = inside.contains {
            width(lines[$0]) == deeper && !isBlank(lines[$0])
                && !lines[$0].dropFirst(deeper).hasPrefix("\(keys[keys.startIndex + 1]):")
        }
        if value == nil, keys.count == 2, !others {
            lines.removeSubrange(start..<inside.upperBound)
        } else {
            edit(&lines, keys.dropFirst(), to: value, in: inside, indent: deeper)
        }
    }

    private static func block(
        _ keys: ArraySlice<String>, _ value: String, indent: Int
    ) -> [String] {
        keys.enumerated().map { depth, key in
            let margin = String(repeating: " ", count: indent + 2 * depth)
            return "\(margin)\(key):" + (depth == keys.count - 1 ? " \(scalar(value))" : "")
        }
    }

    /// Where the last line of a range ends that is neither blank nor a comment.
    private static func end(_ range: Range<Int>, _ lines: [String]) -> Int {
        range.last { !isBlank(lines[$0]) }.map { $0 + 1 } ?? range.lowerBound
    }

    private static func isBlank(_ line: String) -> Bool {
        let first = line.first { $0 != " " && $0 != "\t" && $0 != "\r" }
        return first == nil || first == "#"
    }

    private static func width(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    private static func scalar(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            + "'"
    }
}
