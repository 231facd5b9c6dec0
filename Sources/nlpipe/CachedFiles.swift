import ContentStore
import Engine
import History
import Pipelines
import Synchronization

/// The files of a commit, and behind them those outs that its lock records and the cache has.
///
/// A metrics file that git does not keep can be read this way where it was made.
struct CachedFiles: ProjectFiles {
    private let files: RevisionFiles
    private let objects: ObjectStore
    private let cached: Set<String>
    private let record: Record

    /// Creates a view on a commit.
    ///
    /// - Parameter pipeline: what the commit's own pipeline files say.
    init(_ files: RevisionFiles, root: String, pipeline: Pipeline) {
        self.files = files
        let layout = (try? ProjectRoot.layout(of: root)) ?? .native
        objects = ObjectStore(
            folder: layout.cache.hasPrefix("/") ? layout.cache : "\(root)/\(layout.cache)",
            layout: layout, fileSystem: LocalFileSystem())
        cached = Set(pipeline.stages.flatMap(\.outs).filter(\.cache).map(\.path))
        record = Record { CachedFiles.contents(files, layout, pipeline) }
    }

    /// What the locks of the commit say, read when it is first asked for: most metrics are in git.
    private final class Record: Sendable {
        private let read: @Sendable () -> [String: Content]
        private let known = Mutex<[String: Content]?>(nil)

        init(_ read: @escaping @Sendable () -> [String: Content]) { self.read = read }

        subscript(path: String) -> Content? {
            known.withLock { known in
                let contents = known ?? read()
                known = contents
                return contents[path]
            }
        }
    }

    /// What is recorded of a path, if it is one that the cache keeps.
    private func content(_ path: String) -> Content? { cached.contains(path) ? record[path] : nil }

    func read(_ path: String) throws -> [UInt8]? {
        if let bytes = try files.read(path) { return bytes }
        guard let digest = try digest(of: path) else { return nil }
        let bytes = try WorkspaceFiles(root: "").read(String(objects.path(of: digest).dropFirst()))
        return bytes.flatMap { Digest(of: $0, digest.algorithm) == digest ? $0 : nil }
    }

    /// The digest of the file at `path`: of an out, or of a file inside of one.
    private func digest(of path: String) throws -> Digest? {
        if let content = content(path) { return content.isFolder ? nil : content.digest }
        guard let (folder, files) = try folder(around: path) else { return nil }
        return files.first { "\(folder)/\($0.path)" == path }?.digest
    }

    /// The folder out that `path` is or lies in, with its files; nil where the cache lacks its list.
    private func folder(around path: String) throws -> (path: String, files: [Manifest.File])? {
        let around = cached.first { path == $0 || path.hasPrefix("\($0)/") }
        guard let folder = around, let content = content(folder), content.isFolder,
            let manifest = try objects.manifest(of: content, settingAside: false)
        else { return nil }
        return (folder, manifest.files)
    }

    private static func contents(
        _ files: RevisionFiles, _ layout: Layout, _ pipeline: Pipeline
    ) -> [String: Content] {
        let lock = try? LockFile(of: pipeline, layout: layout) { try files.text($0) }
        let outs = lock?.entries.values.flatMap(\.outs) ?? []
        return Dictionary(
            outs.compactMap { out in out.content.map { (out.path, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    func lister() throws -> ProjectLister { try files.lister() }

    func list(_ path: String) throws -> [String] {
        let listed = try files.list(path)
        guard listed.isEmpty else { return listed }
        if content(path)?.isFolder == false { return [path] }
        guard let (folder, files) = try folder(around: path) else { return [] }
        return files.map { "\(folder)/\($0.path)" }
            .filter { $0 == path || $0.hasPrefix("\(path)/") }
    }
}
