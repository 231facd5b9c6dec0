public import ContentStore
public import Pipelines

/// How the data on record, the data that are there and those of a commit differ.
public struct DataStatus: Sendable {
    /// Paths by what became of them; those of folders end in `/`.
    public struct Changes: Sendable, Equatable {
        /// Only in the second of the two.
        public var added: [String] = []
        /// In both, and not the same.
        public var modified: [String] = []
        /// Only in the first.
        public var deleted: [String] = []
        /// The same in both.
        public var unchanged: [String] = []
        /// Files of a folder whose list of files is not in the cache.
        public var unknown: [String] = []

        /// Whether the two are the same, as far as is known.
        public var isEmpty: Bool {
            added.isEmpty && modified.isEmpty && deleted.isEmpty && unknown.isEmpty
        }
    }

    /// All differences.
    public struct Report: Sendable, Equatable {
        /// On record, and not in the cache.
        public var notInCache: [String] = []
        /// From the commit to what is on record now.
        public var committed = Changes()
        /// From what is on record to what is there.
        public var uncommitted = Changes()
        /// The same in all three.
        public var unchanged: [String] = []
    }

    private let project: Project
    private let granular: Bool

    /// Creates it for a project; with `granular` the files of folders are compared too.
    public init(project: Project, granular: Bool) {
        self.project = project
        self.granular = granular
    }

    /// What locks record of cached outs, by path.
    public static func contents(_ lock: LockFile, of pipeline: Pipeline) -> [String: Content] {
        var contents: [String: Content] = [:]
        for stage in pipeline.stages {
            guard let entry = lock.entries[stage.name] else { continue }
            for out in stage.outs where out.cache {
                if let content = entry.content(of: out.path) { contents[out.path] = content }
            }
        }
        return contents
    }

    /// Compares; `committed` is what the locks of the commit record, nil without a commit.
    public func report(committed: [String: Content]?) throws -> Report {
        let session = try Session(project)
        let recorded = DataStatus.contents(try session.readLock(), of: project.pipeline)
        var report = Report()
        for (path, content) in recorded.sorted(by: { $0.key < $1.key }) {
            try findMissing(content, at: path, session, into: &report.notInCache)
        }
        let known = try recorded.mapValues { try Side($0, files: files(of: $0, session)) }
        let before = try (committed ?? [:]).mapValues {
            try Side($0, files: files(of: $0, session))
        }
        var present: [String: Side] = [:]
        for path in recorded.keys {
            guard case .sound(let content) = try session.found(at: path) else { continue }
            let manifest = granular ? try session.workspace.manifest(at: path) : nil
            present[path] = Side(content, files: manifest?.files)
        }
        report.committed = changes(from: before, to: known)
        report.uncommitted = changes(from: known, to: present)
        let same = Set(report.committed.unchanged)
        report.unchanged = report.uncommitted.unchanged.filter(same.contains)
        session.saveStateAside()
        return report
    }

    /// Content with the files of a folder, where they are asked for and known.
    private struct Side {
        var content: Content
        var files: [Manifest.File]?

        init(_ content: Content, files: [Manifest.File]?) {
            self.content = content
            self.files = files
        }
    }

    private func files(of content: Content, _ session: Session) throws -> [Manifest.File]? {
        guard granular, content.isFolder else { return nil }
        return try session.objects.manifest(of: content, settingAside: false)?.files
    }

    private func findMissing(
        _ content: Content, at path: String, _ session: Session, into missing: inout [String]
    ) throws {
        let files = session.project.fileSystem
        if try files.linkStatus(session.objects.path(of: content.digest)) == nil {
            missing.append(content.isFolder ? path + "/" : path)
        }
        guard granular, content.isFolder,
            let manifest = try session.objects.manifest(of: content, settingAside: false)
        else { return }
        for file in manifest.files
        where try files.linkStatus(session.objects.path(of: file.digest)) == nil {
            missing.append("\(path)/\(file.path)")
        }
    }

    private func changes(from old: [String: Side], to new: [String: Side]) -> Changes {
        var changes = Changes()
        for path in Set(old.keys).union(new.keys).sorted() {
            let (before, after) = (old[path], new[path])
            let isFolder = after?.content.isFolder ?? before?.content.isFolder ?? false
            let name = isFolder ? path + "/" : path
            changes.note(name, before?.content.digest, after?.content.digest)
            guard granular, isFolder else { continue }
            compareFiles(at: path, before, after, into: &changes)
        }
        return changes
    }

    private func compareFiles(
        at path: String, _ before: Side?, _ after: Side?, into changes: inout Changes
    ) {
        func digests(_ side: Side?) -> [String: Digest]? {
            guard let side, side.content.isFolder else { return [:] }
            return side.files.map {
                Dictionary($0.map { ($0.path, $0.digest) }, uniquingKeysWith: { first, _ in first })
            }
        }
        guard let new = digests(after) else { return }
        guard let old = digests(before) else {
            changes.unknown += new.keys.sorted().map { "\(path)/\($0)" }
            return
        }
        for file in Set(old.keys).union(new.keys).sorted() {
            changes.note("\(path)/\(file)", old[file], new[file])
        }
    }
}

extension DataStatus.Changes {
    fileprivate mutating func note(_ path: String, _ old: Digest?, _ new: Digest?) {
        switch (old, new) {
        case (nil, nil): break
        case (nil, _?): added.append(path)
        case (_?, nil): deleted.append(path)
        case (let old?, let new?):
            if old == new { unchanged.append(path) } else { modified.append(path) }
        }
    }
}
