import ContentStore
import OrderedCollections
import ParamValues
import Pipelines

/// DVC's run cache: `runs/ab/<key>/<value>`, each file an entry as locks have them.
///
/// The key is the SHA-256 of the entry with only the paths of its outs, the value that of the whole
/// entry. The newest entry of a key counts.
struct DVCRuns {
    let folder: String
    let fileSystem: any FileSystem

    func path(of fingerprint: Fingerprint) -> String {
        let key = DVCRuns.key(
            of: DVCRecord.value(of: fingerprint, outs: DVCRuns.paths(fingerprint)))
        return "\(folder)/\(key.prefix(2))/\(key)"
    }

    func trace(of fingerprint: Fingerprint) throws -> Trace? {
        let path = path(of: fingerprint)
        guard try fileSystem.status(path)?.kind == .folder else { return nil }
        let files = try fileSystem.list(path).compactMap { name -> (String, FileTime)? in
            guard let status = try fileSystem.status("\(path)/\(name)"), status.kind == .file else {
                return nil
            }
            return (name, status.modified)
        }
        guard let newest = files.max(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
        guard let value = try entry("\(path)/\(newest.0)"),
            path.hasSuffix("/\(DVCRuns.key(of: value))"),
            case .map(let fields) = value,
            let items = try? DVCRecord.items(
                fields["outs"], "outs", fingerprint.directory, fingerprint.stage, path),
            items.allSatisfy({ $0.content != nil })
        else { return nil }
        let outs = items.map { RecordedOut(path: $0.path, content: $0.content) }
        return Trace(
            fingerprint: fingerprint,
            outs: outs.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) },
            // DVC does not say how long it took, and a time alone would look as if it did.
            facts: RunFacts(started: 0, duration: 0, machine: "", threads: 0))
    }

    /// Where a run is kept.
    func path(of trace: Trace) -> String {
        let value = DVCRecord.value(of: trace.fingerprint, outs: trace.outs)
        return "\(path(of: trace.fingerprint))/\(DVCRuns.digest(of: value))"
    }

    /// Keeps a run beside earlier ones of the same key.
    func store(_ trace: Trace, scratch: Scratch) throws {
        let value = DVCRecord.value(of: trace.fingerprint, outs: trace.outs)
        let folder = path(of: trace.fingerprint)
        let path = "\(folder)/\(DVCRuns.digest(of: value))"
        if try entry(path) == value { return }
        guard case .map(let fields) = value else { return }
        try fileSystem.makeDurableFolder(folder)
        try fileSystem.replace(
            path, with: Array(BlockYAML.lines(fields).utf8), temporary: scratch.next())
    }

    /// What a file says; nil for one that is not there or is damaged.
    private func entry(_ path: String) throws -> ParamValue? {
        guard try fileSystem.status(path)?.kind == .file,
            let text = String(validating: try fileSystem.bytes(of: path), as: UTF8.self)
        else { return nil }
        return try? YAMLDocument.read(text, file: path)
    }

    /// The key under which an entry is kept.
    static func key(of entry: ParamValue) -> String {
        guard case .map(var fields) = entry else { return "" }
        var paths: [ParamValue] = []
        if case .list(let outs) = fields["outs"] {
            paths = outs.compactMap { out -> ParamValue? in
                if case .map(let fields) = out { fields["path"] } else { nil }
            }
        }
        fields["outs"] = .list(paths)
        return digest(of: .map(fields))
    }

    static func digest(of entry: ParamValue) -> String {
        Digest(of: PythonText.json(without(["size", "nfiles"], entry))).hex
    }

    /// The value without some keys, wherever they are.
    static func without(_ keys: Set<String>, _ value: ParamValue) -> ParamValue {
        switch value {
        case .list(let values): return .list(values.map { without(keys, $0) })
        case .map(let map):
            var rest: OrderedDictionary<String, ParamValue> = [:]
            for (key, value) in map where !keys.contains(key) { rest[key] = without(keys, value) }
            return .map(rest)
        default: return value
        }
    }

    private static func paths(_ fingerprint: Fingerprint) -> [RecordedOut] {
        fingerprint.outs.map { RecordedOut(path: $0.path, content: nil) }
    }
}
