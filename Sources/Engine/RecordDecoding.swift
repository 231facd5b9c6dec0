import ContentStore
import Pipelines

/// Reads lock entries and traces from records; what is missing or of the wrong kind is named.
struct RecordDecoding {
    let file: String
    let stage: String

    func entry(_ record: Record) throws -> LockEntry {
        let outs = try list(record, "outs").map { record in
            (
                output: Fingerprint.Output(
                    path: try text(record, "path"), cache: try flag(record, "cache", absent: true),
                    volatile: try flag(record, "volatile", absent: false),
                    persist: try flag(record, "persist", absent: false)),
                content: try content(record)
            )
        }
        let fingerprint = Fingerprint(
            stage: stage, action: try action(record),
            directory: try optionalText(record, "wdir") ?? "",
            code: try optionalText(record, "code"),
            params: try params(record),
            deps: try list(record, "deps").map {
                .init(path: try text($0, "path"), content: try content($0))
            },
            outs: outs.map(\.output),
            environment: try fields(record, "env").map {
                .init(
                    name: $0.key, digest: $0.value == .verbatim("null") ? nil : try digest($0.value)
                )
            },
            provenance: try record["provenance"].map(digest))
        return LockEntry(
            fingerprint: fingerprint,
            outs: outs.map { RecordedOut(path: $0.output.path, content: $0.content) })
    }

    func facts(_ record: Record) throws -> RunFacts {
        guard let started = Double(try text(record, "started")), started.isFinite,
            let duration = Double(try text(record, "duration")), duration.isFinite,
            let threads = Int(try text(record, "threads"))
        else { throw damage("times") }
        return RunFacts(
            started: started, duration: duration, machine: try text(record, "machine"),
            threads: threads,
            // Traces of older versions have none of these.
            stated: try texts(record, "stated"),
            evidence: Evidence(
                code: try texts(record, "sources"), provenance: try texts(record, "upstream")))
    }

    private func texts(_ record: Record, _ key: String) throws -> [String: String] {
        Dictionary(
            try fields(record, key).map { ($0.key, try text($0.value, key)) },
            uniquingKeysWith: { $1 })
    }

    private func action(_ record: Record) throws -> StageAction {
        if let name = try optionalText(record, "run") { return .module(name) }
        guard case .list = record["cmd"] else { return .command([try text(record, "cmd")]) }
        return .command(try list(record, "cmd").map { try text($0, "cmd") })
    }

    private func params(_ record: Record) throws -> [Fingerprint.Param] {
        try fields(record, "params").flatMap { file in
            guard case .map(let fields) = file.value else { throw damage("params") }
            return fields.map {
                Fingerprint.Param(file: file.key, key: $0.key, value: $0.value.json)
            }
        }
    }

    private func content(_ record: Record) throws -> Content? {
        guard let name = record["sha256"] else { return nil }
        guard let size = Int(try text(record, "size")), size >= 0 else { throw damage("size") }
        var form = Content.Form.file(executable: try flag(record, "executable", absent: false))
        if let files = try optionalText(record, "files") {
            guard let count = Int(files), count >= 0 else { throw damage("files") }
            form = .folder(files: count)
        }
        return Content(digest: try digest(name), size: size, form: form)
    }

    private func digest(_ record: Record) throws -> Digest {
        guard let digest = Digest(hex: try text(record, "sha256")) else { throw damage("sha256") }
        return digest
    }

    /// The text of a scalar: `record` itself, or what it has below `key`.
    private func text(_ record: Record, _ key: String) throws -> String {
        switch record {
        case .text(let text), .verbatim(let text): return text
        case .map, .list:
            guard let text = try optionalText(record, key) else { throw damage(key) }
            return text
        }
    }

    private func optionalText(_ record: Record, _ key: String) throws -> String? {
        switch record[key] {
        case .text(let text), .verbatim(let text): text
        case nil: nil
        case .list, .map: throw damage(key)
        }
    }

    private func flag(_ record: Record, _ key: String, absent: Bool) throws -> Bool {
        switch try optionalText(record, key) {
        case nil: absent
        case "true": true
        case "false": false
        default: throw damage(key)
        }
    }

    private func list(_ record: Record, _ key: String) throws -> [Record] {
        switch record[key] {
        case nil: return []
        case .list(let values): return values
        default: throw damage(key)
        }
    }

    private func fields(_ record: Record, _ key: String) throws -> [Record.Field] {
        switch record[key] {
        case nil: return []
        case .map(let fields): return fields
        default: throw damage(key)
        }
    }

    private func damage(_ key: String) -> LockError {
        .unreadable(place: "\(file): ", reason: "'\(key)' of stage '\(stage)' is missing or wrong")
    }
}
