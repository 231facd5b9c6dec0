/// How a project is laid out: the names of its files and folders, and in which form they keep what.
///
/// nlpipe's own projects and those of DVC differ in this value and in nothing else.
public struct Layout: Sendable, Equatable {
    /// Whose formats the files have.
    public enum Format: Sendable { case native, dvc }

    /// Whose formats the files have.
    public let format: Format
    /// What content is named by.
    public let algorithm: Digest.Algorithm
    /// The pipeline files' name.
    public let pipelineFile: String
    /// The name of the lock beside a pipeline file.
    public let lockFile: String
    /// The name of the files that say what to leave out.
    public let ignoreFile: String
    /// The folder that makes a folder a project, relative to the root.
    public let mark: String
    /// Where the engine keeps what belongs to this machine: state, history, what is in the making.
    public let home: String
    /// Where objects are kept: relative to the root, or absolute.
    public private(set) var cache: String
    /// Where runs are kept by what they were made from.
    public private(set) var runs: String
    /// How objects get into the workspace, in the order of trying.
    public private(set) var links = LinkType.usual
    /// The root of the project that this one is a copy of, whose files it may link; nil for a project
    /// of its own.
    public private(set) var original: String?
    /// Where objects are, relative to the folder of a store.
    let objects: String
    /// Folders that are never data, and that no out belongs in.
    let ownFolders: Set<String>

    /// The same layout with the cache elsewhere; DVC's has the runs in it.
    public func keeping(cache: String) -> Layout {
        var layout = self
        layout.cache = cache
        if format == .dvc { layout.runs = "\(cache)/runs" }
        return layout
    }

    /// The same layout with the objects and the runs of another place: what is made by it is made
    /// for the project there.
    ///
    /// - Parameter root: that project's root, an absolute path.
    public func sharing(root: String) -> Layout {
        var layout = self
        if !cache.hasPrefix("/") { layout.cache = "\(root)/\(cache)" }
        if !runs.hasPrefix("/") { layout.runs = "\(root)/\(runs)" }
        layout.original = root
        return layout
    }

    /// The same layout with other ways for objects to get into the workspace; the usual ones where
    /// none is given.
    public func linking(_ links: [LinkType]) -> Layout {
        var layout = self
        layout.links = links.isEmpty ? LinkType.usual : links
        return layout
    }

    /// nlpipe's own projects.
    public static let native = Layout(
        format: .native, algorithm: .sha256, pipelineFile: "pipeline.yml",
        lockFile: "pipeline.lock", ignoreFile: ".nlpipeignore", mark: ".nlpipe", home: ".nlpipe",
        cache: ".nlpipe/cache", runs: ".nlpipe/runs", objects: "objects",
        ownFolders: [".git", ".nlpipe"])

    /// Projects of DVC 3.
    ///
    /// What DVC has no place for is in its folder for temporary files, which git and DVC leave alone.
    public static let dvc = Layout(
        format: .dvc, algorithm: .md5, pipelineFile: "dvc.yaml", lockFile: "dvc.lock",
        ignoreFile: ".dvcignore", mark: ".dvc", home: ".dvc/tmp/nlpipe", cache: ".dvc/cache",
        runs: ".dvc/cache/runs", objects: "files/md5", ownFolders: [".git", ".hg", ".dvc"])
}
