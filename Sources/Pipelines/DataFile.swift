public import ParamValues

/// A `.dvc` file: data that is tracked without a stage that makes it, or that was imported.
public struct DataFile: Sendable {
    /// How the names of such files end.
    public static let suffix = ".dvc"
    static let keys = [
        "md5", "wdir", "deps", "outs", "locked", "frozen", "meta", "always_changed", "desc",
    ]

    /// The file's path relative to the project's root.
    public let file: String
    /// All that the file says, in its order.
    public let value: ParamValue
    /// The data as a stage that runs nothing, called by the file's path.
    public let stage: Stage

    /// Whether a file's data are named by SHA-256, as in native projects.
    static func isNative(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { line in
            line.drop { $0 == " " || $0 == "-" }.hasPrefix("hash: sha256")
        }
    }

    /// Reads `text`; throws `DefinitionError` with everything that is wrong with it.
    public init(_ text: String, file: String) throws {
        var findings = Findings()
        let root = YAMLReader.read(text, file: file, findings: &findings)
        var stage = Stage(
            name: file, action: .data, location: SourceLocation(file: file, line: 1, column: 1))
        if let root, !root.isNull {
            for entry in root.entries ?? [] where !DataFile.keys.contains(entry.key) {
                findings.addUnknownKey(entry, in: "the file", allowed: DataFile.keys)
            }
            let folder = PathRules.folder(of: file)
            stage.workingDirectory = folder
            if let written = root["wdir"]?.value.string {
                do {
                    stage.workingDirectory = try PathRules.normalise(
                        written, in: folder, allowingRoot: true)
                } catch {
                    findings.add(
                        at: root.location, "'wdir' \(quoted(written)) \(error.message)")
                }
            }
            stage.frozen = root["frozen"]?.value.bool ?? root["locked"]?.value.bool ?? false
            stage.isImported = root["deps"].map { !$0.value.isNull } ?? false
            stage.description = root["desc"]?.value.string
            stage.meta = root["meta"]?.value.value ?? .null
            stage.outs = DataFile.outs(
                root["outs"]?.value, in: stage.workingDirectory, findings: &findings)
        }
        if findings.diagnostics.isEmpty, stage.outs.isEmpty {
            findings.add(
                file: file, "the file names no data",
                facts: [.init("expected", "'outs' with a path and its digest")])
        }
        try findings.throwIfAny()
        self.file = file
        self.stage = stage
        value = root?.value ?? .null
    }

    private static func outs(
        _ value: Located?, in folder: String, findings: inout Findings
    ) -> [Out] {
        var outs: [Out] = []
        for item in value?.list ?? [] {
            guard let entry = item["path"], let path = entry.value.string else {
                findings.add(at: item.location, "an out has no 'path'")
                continue
            }
            do {
                let place = try PathRules.normalise(path, in: folder)
                var out = Out(path: place, location: entry.value.location)
                out.cache = item["cache"]?.value.bool ?? true
                out.persist = item["persist"]?.value.bool ?? false
                out.push = item["push"]?.value.bool ?? true
                out.remote = item["remote"]?.value.string
                outs.append(out)
            } catch {
                findings.add(
                    at: entry.value.location, "out \(quoted(path)) \(error.message)",
                    hint: error.hint)
            }
        }
        return outs
    }
}
