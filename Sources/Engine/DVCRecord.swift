import ContentStore
import OrderedCollections
import ParamValues
import Pipelines

/// Lock entries as DVC writes them: `cmd`, `deps`, `params`, `outs`, with paths relative to the folder
/// that the stage works in.
enum DVCRecord {
    typealias Fields = OrderedDictionary<String, ParamValue>

    static func value(of fingerprint: Fingerprint, outs: [RecordedOut]) -> ParamValue {
        let folder = fingerprint.directory
        func path(_ path: String) -> String { RelativePath.text(path, from: folder) }
        var fields: Fields = ["cmd": fingerprint.command ?? .null]
        let deps = fingerprint.deps.map { item(path($0.path), $0.content) }
        if !deps.isEmpty { fields["deps"] = .list(sorted(deps)) }
        if !fingerprint.params.isEmpty {
            fields["params"] = .map(params(fingerprint.params, path))
        }
        let made = outs.map { item(path($0.path), $0.content) }
        if !made.isEmpty { fields["outs"] = .list(sorted(made)) }
        return .map(fields)
    }

    /// What a path was, as `path`, `hash`, `md5`, `size` and the rest.
    static func item(_ path: String, _ content: Content?) -> Fields {
        var fields: Fields = ["path": .string(path), "hash": .string("md5")]
        fields.merge(facts(content)) { $1 }
        return fields
    }

    /// The digest and what is said beside it.
    static func facts(_ content: Content?) -> Fields {
        guard let content else { return [:] }
        var fields: Fields = [
            key(of: content): .string(content.digest.name), "size": .int(content.size),
        ]
        switch content.form {
        case .file(executable: true): fields["isexec"] = .bool(true)
        case .file(executable: false): break
        case .folder(let files): fields["nfiles"] = .int(files)
        }
        return fields
    }

    /// The key of a digest: the name of its algorithm.
    static func key(of content: Content) -> String {
        content.digest.algorithm == .md5 ? "md5" : "sha256"
    }

    private static func sorted(_ items: [Fields]) -> [ParamValue] {
        items.sorted { PythonText.precedes(text($0["path"]) ?? "", text($1["path"]) ?? "") }
            .map(ParamValue.map)
    }

    private static func params(
        _ params: [Fingerprint.Param], _ path: (String) -> String
    ) -> Fields {
        var files: [String: Fields] = [:]
        for param in params {
            files[path(param.file), default: [:]][param.key] = TypedText.value(param.value)
        }
        let main = PipelineReader.defaultParamsFile
        let names = files.keys.sorted {
            ($0 == main) != ($1 == main) ? $0 == main : PythonText.precedes($0, $1)
        }
        var fields: Fields = [:]
        for name in names {
            var values = files[name] ?? [:]
            values.sort { PythonText.precedes($0.key, $1.key) }
            fields[name] = .map(values)
        }
        return fields
    }

    /// Reads an entry of `stage`, from the file that messages call `file`.
    static func entry(_ value: ParamValue, of stage: Stage, file: String) throws -> LockEntry {
        guard case .map(let fields) = value, let command = fields["cmd"] else {
            throw damage("cmd", stage.name, file)
        }
        let folder = stage.workingDirectory
        let declared = Dictionary(
            stage.outs.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let deps = try items(fields["deps"], "deps", folder, stage.name, file)
        let outs = try items(fields["outs"], "outs", folder, stage.name, file)
        var fingerprint = Fingerprint(
            stage: stage.name, action: .command(lines(of: command)), directory: folder,
            params: try params(fields["params"], folder, stage.name, file),
            deps: deps.map { .init(path: $0.path, content: $0.content) },
            outs: outs.map { out in
                let known = declared[out.path]
                return .init(
                    path: out.path, cache: known?.cache ?? true, volatile: false,
                    persist: known?.persist ?? false)
            }, environment: [], command: command)
        fingerprint.sort()
        let recorded = outs.map { RecordedOut(path: $0.path, content: $0.content) }
        return LockEntry(
            fingerprint: fingerprint,
            outs: recorded.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
    }

    /// The command lines of a `cmd`.
    static func lines(of command: ParamValue) -> [String] {
        switch command {
        case .string(let text): text.split(whereSeparator: \.isNewline).map(String.init)
        case .list(let lines): lines.compactMap(text)
        default: []
        }
    }

    /// Reads a list of paths with what they were; those outside the project are passed over.
    static func items(
        _ value: ParamValue?, _ key: String, _ folder: String, _ stage: String, _ file: String
    ) throws -> [(path: String, content: Content?)] {
        guard let value, value != .null else { return [] }
        guard case .list(let items) = value else { throw damage(key, stage, file) }
        return try items.compactMap { item -> (path: String, content: Content?)? in
            guard case .map(let fields) = item, let written = text(fields["path"]) else {
                throw damage(key, stage, file)
            }
            guard let path = RelativePath.path(written, in: folder) else { return nil }
            return (path, try content(fields, stage, file))
        }
    }

    /// The content that the fields of a path record; nil where they record none.
    static func content(
        _ fields: Fields, _ stage: String, _ file: String
    ) throws -> Content? {
        if let text = text(fields["sha256"]) {
            guard let digest = Digest(hex: text) else { throw damage("sha256", stage, file) }
            let files = fields["nfiles"].map { Content.Form.folder(files: int($0)) }
            return Content(
                digest: digest, size: int(fields["size"]),
                form: files ?? .file(executable: fields["isexec"] == .bool(true)))
        }
        guard let name = fields["md5"], name != .null else { return nil }
        guard let text = text(name), let digest = Digest(name: text, .md5) else {
            throw damage("md5", stage, file)
        }
        let form: Content.Form =
            digest.isList
            ? .folder(files: int(fields["nfiles"]))
            : .file(executable: fields["isexec"] == .bool(true))
        return Content(digest: digest, size: int(fields["size"]), form: form)
    }

    private static func params(
        _ value: ParamValue?, _ folder: String, _ stage: String, _ file: String
    ) throws -> [Fingerprint.Param] {
        guard let value else { return [] }
        guard case .map(let files) = value else { throw damage("params", stage, file) }
        return try files.flatMap { name, keys -> [Fingerprint.Param] in
            guard case .map(let keys) = keys else { throw damage("params", stage, file) }
            guard let path = RelativePath.path(name, in: folder) else { return [] }
            return keys.map { .init(file: path, key: $0, value: TypedText.text($1)) }
        }
    }

    static func text(_ value: ParamValue?) -> String? {
        if case .string(let text) = value { text } else { nil }
    }

    private static func int(_ value: ParamValue?) -> Int {
        if case .int(let number) = value { max(0, number) } else { 0 }
    }

    private static func damage(_ key: String, _ stage: String, _ file: String) -> LockError {
        .unreadable(place: "\(file): ", reason: "'\(key)' of stage '\(stage)' is missing or wrong")
    }
}
