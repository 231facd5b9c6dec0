public import ContentStore
public import Pipelines

/// `pipeline.lock`: the verifying trace of every stage; committed, and written only by the engine.
public struct LockFile: Sendable, Equatable {
    /// The file's name at the project's root.
    public static let name = "pipeline.lock"
    static let schema = "1"
    private static let comment = "# Written by nlpipe; commit it with the pipeline.\n"

    /// Stage name → entry.
    public var entries: [String: LockEntry]

    /// Creates a lock from entries.
    public init(entries: [String: LockEntry] = [:]) { self.entries = entries }

    /// Reads the text of a lock file; damage is a `LockError` with its place.
    public init(text: String) throws {
        let record = try RecordReader(file: LockFile.name).read(text)
        switch record["schema"] {
        case .verbatim(LockFile.schema), .text(LockFile.schema): break
        case .verbatim(let other), .text(let other):
            throw LockError.otherSchema(
                file: LockFile.name, expected: LockFile.schema, found: other)
        default:
            throw LockError.unreadable(place: "\(LockFile.name): ", reason: "'schema' is missing")
        }
        guard case .map(let stages) = record["stages"] else {
            throw LockError.unreadable(place: "\(LockFile.name): ", reason: "'stages' is missing")
        }
        entries = [:]
        for field in stages {
            let decoding = RecordDecoding(file: LockFile.name, stage: field.key)
            entries[field.key] = try decoding.entry(field.value)
        }
    }

    /// Reads all locks of a project.
    ///
    /// - Parameters:
    ///   - pipeline: what the locks are of.
    ///   - layout: whose locks they are.
    ///   - text: the text of a file by path relative to the root; nil when it does not exist.
    public init(
        of pipeline: Pipeline, layout: Layout, text: (String) throws -> String?
    ) throws {
        if layout.format == .native {
            self = try text(LockFile.name).map { try LockFile(text: $0) } ?? LockFile()
            try addData(of: pipeline.stages, text: text)
        } else {
            entries = try LockBook(pipeline.stages, layout, text: text).entries
        }
    }

    /// Adds what the `.dvc` files among `stages` record of their data.
    public mutating func addData(
        of stages: [Stage], text: (String) throws -> String?
    ) throws {
        let data = stages.filter { $0.action == .data }
        guard !data.isEmpty else { return }
        entries.merge(try LockBook(LockFile(), data, text: text).entries) { $1 }
    }

    /// The lock as YAML, stages sorted by name: equal locks have equal texts.
    public var text: String {
        LockFile.text(
            entries.keys.sorted(by: LockFile.precedes).map { stage in
                entries[stage].map { LockFile.text($0, of: stage) } ?? ""
            })
    }

    /// The text of a lock whose entries have these texts, in their order.
    static func text(_ entries: [String]) -> String {
        let head = "\(comment)schema: \(schema)\nstages:"
        return entries.isEmpty ? head + " {}\n" : head + "\n" + entries.joined()
    }

    /// The lines of one stage.
    static func text(_ entry: LockEntry, of stage: String) -> String {
        Record.map([.init(stage, RecordCoding.record(entry))]).yaml(indent: 2)
    }

    /// The order of stages: that of the bytes of their names.
    static func precedes(_ stage: String, _ other: String) -> Bool {
        stage.utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// The digest of the text, under which the history joins runs to commits.
    public var digest: Digest { Digest(of: text) }
}
