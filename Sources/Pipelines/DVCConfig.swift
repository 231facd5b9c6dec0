/// DVC's configuration: sections and `key = value` lines.
///
/// Only what this program needs is looked at: remotes, the default one, where the cache is, and how
/// files get from it into the workspace.
public enum DVCConfig {
    /// The file with what holds for all projects of a user, as messages call it.
    public static let userFile = "dvc/config"
    /// The folder that the files of a project lie in, and that paths in them are relative to.
    private static let folder = ".dvc"

    /// Reads the texts of configuration files, of which a later one goes before an earlier one.
    ///
    /// Throws `DefinitionError` for lines that are neither a section nor `key = value`.
    public static func read(
        _ files: [(file: String, text: String?)]
    ) throws -> ProjectConfig {
        var findings = Findings()
        var config = ProjectConfig()
        var remotes: [String: ProjectConfig.Remote] = [:]
        var options: [String: [String: String]] = [:]
        for case (let file, let text?) in files {
            findings.register(text, file: file)
            for entry in entries(text, file, &findings) {
                switch (entry.section, entry.key) {
                case ("core", "remote"): config.defaultRemote = entry.value
                case ("cache", "dir"):
                    config.cache = file == userFile ? entry.value : inProject(entry.value)
                case ("cache", "type"):
                    config.cacheTypes = CacheTypeReader.types(
                        entry.value, at: entry.location, findings: &findings)
                case (let section, "url"):
                    guard let name = remoteName(section) else { break }
                    let url = file == userFile ? entry.value : inProject(entry.value)
                    remotes[name] = .init(name: name, url: url, location: entry.location)
                case (let section, let key) where ConfigReader.remoteKeys.contains(key):
                    if let name = remoteName(section) {
                        options[name, default: [:]][key] = entry.value
                    }
                default: break
                }
            }
        }
        try findings.throwIfAny()
        for (name, options) in options { remotes[name]?.options = options }
        config.remotes = remotes.values.sorted { $0.name < $1.name }
        return config
    }

    /// What the lines of one file say, in their order.
    static func values(
        _ text: String, _ file: String
    ) throws -> [(section: String, key: String, value: String)] {
        var findings = Findings()
        let found = entries(text, file, &findings)
        try findings.throwIfAny()
        return found.map { ($0.section, $0.key, $0.value) }
    }

    private struct Entry {
        var section: String
        var key: String
        var value: String
        var location: SourceLocation
    }

    private static func entries(
        _ text: String, _ file: String, _ findings: inout Findings
    ) -> [Entry] {
        var entries: [Entry] = []
        var section = ""
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let words = trimmed(line)
            let location = SourceLocation(file: file, line: number + 1, column: 1)
            if words.isEmpty || words.hasPrefix("#") || words.hasPrefix(";") { continue }
            if let name = self.section(of: words) {
                section = name
            } else if let equals = words.firstIndex(of: "=") {
                entries.append(
                    Entry(
                        section: section, key: trimmed(words[..<equals]),
                        value: unquoted(trimmed(words[words.index(after: equals)...])),
                        location: location))
            } else {
                findings.add(
                    at: location, "the line is neither a section nor a value",
                    facts: [.init("expected", "'[section]' or 'key = value'")])
            }
        }
        return entries
    }

    /// The name in a section's header; nil for other lines.
    static func section(of line: String) -> String? {
        let words = trimmed(line)
        guard words.hasPrefix("["), words.hasSuffix("]") else { return nil }
        return unquoted(trimmed(words.dropFirst().dropLast()))
    }

    /// A path relative to the project as one relative to the configuration file.
    static func outOfProject(_ path: String) -> String {
        isAnywhere(path) ? path : "../\(path)"
    }

    private static func isAnywhere(_ path: String) -> Bool {
        path.hasPrefix("/") || path.hasPrefix("~") || RemoteAddress.isPlace(path)
            || path.contains("://")
    }

    /// `store` of `remote "store"`.
    private static func remoteName(_ section: String) -> String? {
        guard section.hasPrefix("remote ") else { return nil }
        let name = unquoted(trimmed(section.dropFirst(7)))
        return name.isEmpty ? nil : name
    }

    /// A path relative to the configuration file as one relative to the project.
    private static func inProject(_ path: String) -> String {
        if isAnywhere(path) { return path }
        // Of a file in '.dvc': what leads up leads to the root.
        return path.hasPrefix("../") ? String(path.dropFirst(3)) : "\(folder)/\(path)"
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let first = text.first, "\"'".contains(first), text.last == first
        else { return text }
        return String(text.dropFirst().dropLast())
    }
}
