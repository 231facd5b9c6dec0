/// Reads the two configuration files, with everything that is wrong with them in one go.
public enum ConfigReader {
    static let keys = ["remotes", "default_remote", "cache"]
    static let remoteKeys = ["url"] + RemoteAddress.options + RemoteAddress.secrets

    /// Reads the texts of the tracked and of the local file; nil where a file does not exist.
    ///
    /// What the local file says about a remote, or about the default, goes before what the tracked
    /// one says.
    public static func read(tracked: String?, local: String?) throws -> ProjectConfig {
        var findings = Findings()
        var remotes: [String: ProjectConfig.Remote] = [:]
        var chosen: Located?
        var types: [ProjectConfig.CacheType] = []
        var cache: String?
        let texts = [(ProjectConfig.file, tracked), (ProjectConfig.localFile, local)]
        for case (let file, let text?) in texts {
            guard let root = YAMLReader.read(text, file: file, findings: &findings), !root.isNull
            else { continue }
            guard let entries = root.entries else {
                findings.addWrongType("the top level", expected: "a map", found: root)
                continue
            }
            for entry in entries where !keys.contains(entry.key) {
                findings.addUnknownKey(entry, in: "the configuration", allowed: keys)
            }
            readRemotes(
                root["remotes"]?.value, isTracked: file == ProjectConfig.file, into: &remotes,
                findings: &findings)
            cache = CacheTypeReader.folder(root["cache"]?.value, findings: &findings) ?? cache
            types = CacheTypeReader.read(root["cache"]?.value, findings: &findings) ?? types
            if let written = root["default_remote"]?.value {
                if written.string == nil {
                    findings.addWrongType(
                        "'default_remote'", expected: "the name of a remote", found: written)
                }
                chosen = written
            }
        }
        if let chosen, let name = chosen.string, remotes[name] == nil {
            findings.add(
                at: chosen.location, "'default_remote' names \(quoted(name)), which is no remote",
                facts: [.init("expected", remotes.keys.sorted().joined(separator: ", "))]
                    .filter { !$0.value.isEmpty },
                hint: Suggestion.hint(for: name, among: remotes.keys.sorted()))
        }
        try findings.throwIfAny()
        var config = ProjectConfig()
        config.remotes = remotes.values.sorted { $0.name < $1.name }
        config.defaultRemote = chosen?.string
        config.cacheTypes = types
        config.cache = cache
        return config
    }

    private static func readRemotes(
        _ value: Located?, isTracked: Bool, into remotes: inout [String: ProjectConfig.Remote],
        findings: inout Findings
    ) {
        guard let value, !value.isNull else { return }
        guard let entries = value.entries else {
            findings.addWrongType("'remotes'", expected: "a map of names to remotes", found: value)
            return
        }
        for entry in entries {
            let place = "remote \(quoted(entry.key))"
            guard let fields = entry.value.entries else {
                findings.addWrongType(place, expected: "a map with 'url'", found: entry.value)
                continue
            }
            for field in fields where !remoteKeys.contains(field.key) {
                findings.addUnknownKey(field, in: place, allowed: remoteKeys)
            }
            if !isName(entry.key) {
                findings.add(
                    at: entry.keyLocation, "\(place) has a name that no command can call",
                    facts: [.init("expected", namesAre)])
            }
            let options = readOptions(
                fields, of: place, isTracked: isTracked, findings: &findings)
            // The local file may say only what the tracked one must not.
            if !isTracked, entry.value["url"] == nil, var known = remotes[entry.key] {
                known.options.merge(options) { $1 }
                remotes[entry.key] = known
                continue
            }
            guard let url = entry.value["url"]?.value else {
                findings.add(at: entry.keyLocation, "\(place) needs a 'url'")
                continue
            }
            guard let text = url.string else {
                findings.addWrongType("the 'url' of \(place)", expected: "a folder", found: url)
                continue
            }
            if let problem = RemoteAddress.problem(of: text) {
                findings.add(
                    at: url.location, "the 'url' of \(place) \(problem)",
                    facts: [.init("expected", RemoteAddress.expected)])
            }
            remotes[entry.key] = ProjectConfig.Remote(
                name: entry.key, url: text, options: options, location: entry.keyLocation)
        }
    }

    private static func readOptions(
        _ fields: [Located.Entry], of place: String, isTracked: Bool, findings: inout Findings
    ) -> [String: String] {
        var options: [String: String] = [:]
        for field in fields where field.key != "url" && remoteKeys.contains(field.key) {
            if isTracked, RemoteAddress.secrets.contains(field.key) {
                findings.add(
                    // The line itself would show the secret.
                    file: ProjectConfig.file,
                    "\(quoted(field.key)) of \(place) does not belong into a file that git tracks",
                    hint: "'nlpipe remote modify --local' keeps it in \(ProjectConfig.localFile)")
                continue
            }
            guard let text = field.value.string else {
                findings.addWrongType(
                    "\(quoted(field.key)) of \(place)", expected: "a text", found: field.value)
                continue
            }
            options[field.key] = text
        }
        return options
    }

    static let namesAre = "letters, digits, '-', '_' and '.', not '-' first"

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_.".utf8.contains(byte)
                }
            }
    }
}
