import ContentStore
import Engine
import History

/// The files of a commit, and behind them those outs that its lock records and the cache has.
///
/// A metrics file that git does not keep can be read this way where it was made.
struct CachedFiles: ProjectFiles {
    private let files: RevisionFiles
    private let objects: ObjectStore
    private let contents: [String: Content]

    init(_ files: RevisionFiles, root: String) {
        self.files = files
        objects = ObjectStore(folder: "\(root)/.nlpipe/cache", fileSystem: LocalFileSystem())
        let text = (try? files.text(LockFile.name)) ?? nil
        let lock = text.flatMap { try? LockFile(text: $0) }
        let outs = lock?.entries.values.flatMap(\.outs) ?? []
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
        return bytes.flatMap { Digest(of: $0) == content.digest ? $0 : nil }
    }

    func lister() throws -> ProjectLister { try files.lister() }

    func list(_ path: String) throws -> [String] {
        let listed = try files.list(path)
        guard listed.isEmpty, contents[path]?.isFolder == false else { return listed }
        return [path]
    }
}
