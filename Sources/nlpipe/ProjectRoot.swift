import ContentStore
import Pipelines

/// Finds the folder that a project begins in.
enum ProjectRoot {
    /// The root of the project that `folder` is in, an absolute path.
    ///
    /// The nearest folder with a `.nlpipe` or `.dvc` of its own, `folder` or above it. Where there
    /// is none yet, the outermost folder with a pipeline file in the same git repository; without git, the
    /// nearest.
    static func find(from folder: String) throws -> String {
        var found: [String] = []
        for candidate in upwards(from: folder) {
            let marks = [Layout.native.mark, Layout.dvc.mark]
            if marks.contains(where: { holds($0, candidate, folder: true) }) { return candidate }
            if holds(PipelineReader.defaultFile, candidate, folder: false) {
                found.append(candidate)
            }
            // What is further up belongs to another repository.
            if let root = found.last,
                (try? LocalFileSystem().status(join(candidate, ".git"))) != nil
            {
                return root
            }
        }
        guard let root = found.first else { throw UsageError.noProject(from: folder) }
        return root
    }

    /// How the project at `root` is laid out: DVC's way where only DVC was there before.
    static func layout(of root: String) throws -> Layout {
        let layout = kind(of: root)
        let config = try ConfigFiles(root: root, layout: layout).read()
        let types = config.cacheTypes.compactMap { LinkType(rawValue: $0.rawValue) }
        return (config.cache.map { layout.keeping(cache: $0) } ?? layout).linking(types)
    }

    /// Whose project it is at `root`, whatever its configuration says.
    static func kind(of root: String) -> Layout {
        let isNative =
            holds(Layout.native.mark, root, folder: true)
            || holds(Layout.native.pipelineFile, root, folder: false)
        return !isNative && holds(Layout.dvc.mark, root, folder: true) ? .dvc : .native
    }

    /// `folder` and all folders above it.
    private static func upwards(from folder: String) -> [String] {
        var all = [folder]
        while let slash = all.last?.lastIndex(of: "/"), let last = all.last, last != "/" {
            all.append(slash == last.startIndex ? "/" : String(last[..<slash]))
        }
        return all
    }

    private static func holds(_ name: String, _ path: String, folder: Bool) -> Bool {
        guard let status = try? LocalFileSystem().status(join(path, name)) else { return false }
        return (status.kind == .folder) == folder
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }
}
