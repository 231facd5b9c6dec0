import ContentStore
import Engine
import History
import Pipelines

/// The files of a commit, and behind them those outs that its lock records and the cache has.
///
/// A metrics file that git does not keep can be read this way where it was made.
struct CachedFiles: ProjectFiles {
    private let files: RevisionFiles
    private let objects: ObjectStore
    private let contents: [String: Content]

    init(_ files: RevisionFiles, root: String) {
        self.files = files
        let layout = (try? ProjectRoot.layout(of: root)) ?? .native
        objects = ObjectStore(
            folder: layout.cache.hasPrefix("/") ? layout.cache : "\(root)/\(layout.cache)",
            layout: layout, fileSystem: LocalFileSystem())
        let outs = CachedFiles.outs(files, layout)
        contents = Dictionary(
            outs.compactMap { out in out.content.map { (out.path, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    func read(_ path: String) throws -> [UInt8]? {
        if let bytes = try files.read(path) { return bytes }
        guard let content = contents[path], !content.isFolder, try objects.contains(content) else {
            return nil
        }
        let bytes = try WorkspaceFiles(root: "").read(
            String(objects.path(of: content.digest).dropFirst()))
        return bytes.flatMap {
            Digest(of: $0, content.digest.algorithm) == content.digest ? $0 : nil
        }
    }

    /// What the locks of the commit record.
    private static func outs(_ files: RevisionFiles, _ layout: Layout) -> [RecordedOut] {
        let pipeline = try? ProjectReader(files: files, layout: layout, knownModules: nil).read()
            .pipeline
        let lock = try? LockFile(of: pipeline ?? Pipeline(), layout: layout) { try files.text($0) }
        return lock?.entries.values.flatMap(\.outs) ?? []
    }

    func lister() throws -> ProjectLister { try files.lister() }

    func list(_ path: String) throws -> [String] {
        let listed = try files.list(path)
        guard listed.isEmpty, contents[path]?.isFolder == false else { return listed }
        return [path]
    }
}
