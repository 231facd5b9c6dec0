import ContentStore
import Engine
import History
import ParamValues
import Pipelines

/// The metrics of a project and what they were made from, commit by commit, read from git's objects.
///
/// Every content is read once, however many commits have it.
struct MetricHistory {
    private let root: String
    private let rows: String?
    private let now: ProjectValues
    private let pipeline: Pipeline
    private let repository: Repository
    private let metricFiles: [String]
    private let paramsFiles: [String]
    private let layout: Layout
    private let locks: [String]
    private var readings: [String: [Metric.Place: MetricLog.Reading]] = [:]
    private var params: [String: ValueFile] = [:]
    private var records: [String: InputState] = [:]
    /// What each commit has at the paths that matter.
    private var blobs: [String: [String: String]] = [:]

    /// Opens the history of the project at `root`; which files are metrics, parameters and locks is
    /// what its pipeline file says now.
    init(root: String, rows: String?) throws {
        self.root = root
        self.rows = rows
        now = try ProjectValues(files: WorkspaceFiles(root: root))
        guard let pipeline = now.pipeline else { throw UsageError.noProject(from: root) }
        self.pipeline = pipeline
        repository = try Repository(containing: root)
        let found = try now.metrics().map(\.path)
        metricFiles = found + pipeline.metricPaths.filter { !found.contains($0) }
        let named = pipeline.allParamsFiles + pipeline.templateFiles
        let usual = [PipelineReader.defaultParamsFile]
        paramsFiles = usual + Set(named).subtracting(usual).sorted()
        layout = try ProjectRoot.layout(of: root)
        let lock = layout.lockFile
        locks = Set(
            pipeline.files.map { file in
                file.split(separator: "/").dropLast().map { "\($0)/" }.joined() + lock
            }
        ).sorted()
    }

    /// The commits of `range`, newest first; without one those of HEAD, and before them the working
    /// folder where it differs.
    mutating func moments(_ range: RevisionRange?, depth: Int) throws -> [MetricLog.Moment] {
        var commits: [Commit] = []
        if try range != nil || repository.head() != nil {
            commits = try repository.line(of: range ?? RevisionRange("HEAD"), limit: depth)
        }
        let found = try repository.blobs(
            at: metricFiles + paramsFiles + locks, below: root, in: commits)
        var moments: [MetricLog.Moment] = []
        for (commit, names) in zip(commits, found) {
            blobs[commit.id] = names
            var values: [Metric.Place: MetricLog.Reading] = [:]
            for path in metricFiles {
                guard let blob = names[path] else { continue }
                values.merge(try readings(at: path, blob)) { first, _ in first }
            }
            moments.append(MetricLog.Moment(commit: commit, values: values))
        }
        guard range == nil else { return moments }
        var values: [Metric.Place: MetricLog.Reading] = [:]
        for file in try now.metrics() {
            values.merge(MetricLog.Reading.all(of: file, rows: rows)) { first, _ in first }
        }
        let isDirty = try repository.isDirty()
        if isDirty || values != moments.first?.values ?? [:] {
            let patch = isDirty && !commits.isEmpty ? try repository.patchID() : nil
            moments.insert(MetricLog.Moment(commit: nil, patch: patch, values: values), at: 0)
        }
        return moments
    }

    /// What the values of a moment were made from.
    mutating func inputs(of moment: MetricLog.Moment) throws -> InputState {
        var state = InputState()
        guard let commit = moment.commit else {
            for path in paramsFiles {
                guard let file = try now.valueFile(path) else { continue }
                state.add(file, plain: path == PipelineReader.defaultParamsFile)
            }
            let files = WorkspaceFiles(root: root)
            for path in locks {
                if let text = try files.text(path) { state.merge(record(of: text, at: path)) }
            }
            return state
        }
        let names = blobs[commit.id] ?? [:]
        for path in paramsFiles {
            guard let blob = names[path] else { continue }
            state.add(try params(at: path, blob), plain: path == PipelineReader.defaultParamsFile)
        }
        for path in locks {
            guard let blob = names[path] else { continue }
            if records[blob] == nil { records[blob] = record(of: try text(of: blob), at: path) }
            state.merge(records[blob] ?? InputState())
        }
        return state
    }

    private func text(of blob: String) throws -> String {
        String(decoding: try repository.content(ofBlob: blob), as: UTF8.self)
    }

    private mutating func readings(
        at path: String, _ blob: String
    ) throws -> [Metric.Place: MetricLog.Reading] {
        let key = "\(blob) \(path)"
        if let known = readings[key] { return known }
        // What cannot be read has no numbers.
        let found = MetricLog.Reading.all(
            of: ValueFile(path: path, text: try text(of: blob)), rows: rows)
        readings[key] = found
        return found
    }

    private mutating func params(at path: String, _ blob: String) throws -> ValueFile {
        let key = "\(blob) \(path)"
        if let known = params[key] { return known }
        let found = ValueFile(path: path, text: try text(of: blob))
        params[key] = found
        return found
    }

    /// The code and the data that a lock's stages were made from; nothing of a damaged one.
    private func record(of text: String, at path: String) -> InputState {
        var state = InputState()
        let lock = try? LockFile(of: pipeline, layout: layout) { $0 == path ? text : nil }
        guard let lock else { return state }
        let made = Set(lock.entries.values.flatMap { $0.outs.map(\.path) })
        for (stage, entry) in lock.entries {
            let commands: [String] =
                switch entry.fingerprint.action {
                case .command(let lines): lines
                case .module(let name): [name]
                case .data: []
                }
            state.code[stage] = ([entry.fingerprint.code ?? ""] + commands).joined(separator: "\n")
            for dep in entry.fingerprint.deps where !Self.isMade(dep.path, made) {
                if let content = dep.content { state.data[dep.path] = content.digest.hex }
            }
        }
        return state
    }

    private static func isMade(_ path: String, _ outs: Set<String>) -> Bool {
        if outs.contains(path) { return true }
        return path.indices.contains { path[$0] == "/" && outs.contains(String(path[..<$0])) }
    }
}

extension InputState {
    /// Adds what another lock of the same project says.
    fileprivate mutating func merge(_ other: InputState) {
        code.merge(other.code) { first, _ in first }
        data.merge(other.data) { first, _ in first }
    }
}
