import ContentStore
import OrderedCollections
import ParamValues
import Pipelines

/// The locks of a project as they were read.
///
/// A native project has one for all stages; one of DVC has one beside every `dvc.yaml`. In both
/// every `.dvc` file records its own data.
struct LockBook {
    /// One file.
    struct Page {
        /// The names that its entries have there, in its order.
        var names: [String] = []
        /// Entries as they stand, for writing them back unchanged; only of DVC's files.
        var written: [String: ParamValue] = [:]
        /// What the file says beside its entries; only of DVC's files.
        var rest: OrderedDictionary<String, ParamValue> = [:]
        /// Whether it has entries of stages that are no longer defined, which go with the next write.
        var isStale = false
    }

    /// Entries by the stage's name.
    var entries: [String: LockEntry] = [:]
    /// Files by path relative to the root.
    var pages: [String: Page] = [:]

    static let schema = "2.0"

    /// The file that has the entry of a stage.
    static func page(of stage: Stage, _ layout: Layout) -> String {
        let file = stage.address.file
        if stage.action == .data { return file }
        if layout.format == .native { return layout.lockFile }
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        return folder + layout.lockFile
    }

    /// The name of a stage's entry in its file.
    static func name(of stage: Stage, _ layout: Layout) -> String {
        layout.format == .native ? stage.name : stage.address.name
    }

    /// Reads the locks of a native project: `lock` is what `pipeline.lock` says.
    init(
        _ lock: LockFile, _ stages: [Stage], text: (String) throws -> String?
    ) throws {
        let defined = Set(stages.filter { $0.action != .data }.map(\.name))
        entries = lock.entries.filter { defined.contains($0.key) }
        let names = entries.keys.sorted(by: LockFile.precedes)
        pages[LockFile.name] = Page(names: names, isStale: entries.count != lock.entries.count)
        for stage in stages where stage.action == .data {
            let path = stage.address.file
            pages[path] = Page()
            if let text = try text(path) { try readData(stage, text, path) }
        }
    }

    /// Reads the locks of a project of DVC; `text` gives the text of a file, nil where none is.
    init(_ stages: [Stage], _ layout: Layout, text: (String) throws -> String?) throws {
        let byPage = Dictionary(grouping: stages) { LockBook.page(of: $0, layout) }
        for (path, stages) in byPage {
            guard let text = try text(path) else {
                pages[path] = Page()
                continue
            }
            if let data = stages.first, data.action == .data {
                try readData(data, text, path)
            } else {
                try readStages(stages, layout, text, path)
            }
        }
    }

    private mutating func readStages(
        _ stages: [Stage], _ layout: Layout, _ text: String, _ path: String
    ) throws {
        guard case .map(var fields) = try YAMLDocument.read(text, file: path) else {
            throw LockError.unreadable(place: "\(path): ", reason: "it is no map")
        }
        var page = Page()
        let schema = fields["schema"]
        guard schema == .string(LockBook.schema) || fields.isEmpty else {
            throw LockError.otherSchema(
                file: path, expected: LockBook.schema,
                found: schema.map(\.displayText) ?? "none")
        }
        if case .map(let written) = fields.removeValue(forKey: "stages") {
            page.names = Array(written.keys)
            for (name, value) in written { page.written[name] = value }
        }
        page.rest = fields
        for stage in stages {
            guard let value = page.written[LockBook.name(of: stage, layout)] else { continue }
            entries[stage.name] = try DVCRecord.entry(value, of: stage, file: path)
        }
        pages[path] = page
    }

    private mutating func readData(_ stage: Stage, _ text: String, _ path: String) throws {
        guard case .map(let fields) = try YAMLDocument.read(text, file: path) else { return }
        pages[path] = Page(names: [stage.name], rest: fields)
        let items = try DVCRecord.items(
            fields["outs"], "outs", stage.workingDirectory, stage.name, path)
        // An import that was not fetched yet has no digest.
        guard items.allSatisfy({ $0.content != nil }) else { return }
        var fingerprint = Fingerprint(of: stage)
        fingerprint.sort()
        entries[stage.name] = LockEntry(
            fingerprint: fingerprint,
            outs: items.map { RecordedOut(path: $0.path, content: $0.content) }
                .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
    }
}

extension Fingerprint {
    /// What a stage's data are made from: nothing.
    init(of data: Stage) {
        self.init(
            stage: data.name, action: .data, directory: data.workingDirectory, params: [], deps: [],
            outs: data.outs.map {
                .init(path: $0.path, cache: $0.cache, volatile: false, persist: $0.persist)
            }, environment: [])
    }
}
