/// The files at and below a path, found without reading them.
struct FileTree {
    struct Leaf {
        /// Relative to the path that was walked; "" for a single file.
        var path: String
        var status: FileStatus
    }

    /// Folder names that are never data.
    private static let ignored: Set<String> = [".git", ".hg", ".nlpipe", ".dvc"]

    private(set) var isFolder = false
    private(set) var leaves: [Leaf] = []

    /// Walks `path`; nil where nothing is.
    ///
    /// Links are followed inside `root`, which has to be free of links itself, and refused beyond
    /// it.
    /// In folders only what `leavingOut` does not name counts.
    init?(
        at path: String, root: String, fileSystem: any FileSystem, leavingOut: LeavingOut? = nil
    ) throws {
        guard let status = try fileSystem.status(path),
            let resolved = try fileSystem.resolve(path)
        else { return nil }
        let walk = Walk(root: root, fileSystem: fileSystem, leavingOut: leavingOut)
        try walk.require(resolved, of: path)
        switch status.kind {
        case .file: leaves = [Leaf(path: "", status: status)]
        case .folder:
            isFolder = true
            try walk.descend(path, "", above: [status.identity], into: &leaves)
        case .link, .other: throw FileError.notAFileOrFolder(path: path)
        }
    }

    private struct Walk {
        let root: String
        let fileSystem: any FileSystem
        let leavingOut: LeavingOut?

        func require(_ resolved: String, of path: String) throws {
            guard resolved == root || resolved.hasPrefix(root + "/") else {
                throw FileError.outside(path: path, root: root)
            }
        }

        func descend(
            _ folder: String, _ prefix: String, above: [FileStatus.Identity],
            into leaves: inout [Leaf]
        ) throws {
            for name in try fileSystem.list(folder) where !FileTree.ignored.contains(name) {
                let path = "\(folder)/\(name)"
                guard var status = try fileSystem.linkStatus(path) else { continue }
                // A link is no folder to git's rules, wherever it leads.
                if leavingOut?(prefix + name, status.kind == .folder) == true { continue }
                if status.kind == .link {
                    guard let target = try fileSystem.status(path),
                        let resolved = try fileSystem.resolve(path)
                    else { throw FileError.notAFileOrFolder(path: path) }
                    try require(resolved, of: path)
                    status = target
                }
                switch status.kind {
                case .file: leaves.append(Leaf(path: prefix + name, status: status))
                case .folder:
                    guard !above.contains(status.identity) else {
                        throw FileError.linkLoop(path: path)
                    }
                    try descend(
                        path, "\(prefix)\(name)/", above: above + [status.identity], into: &leaves)
                case .link, .other: throw FileError.notAFileOrFolder(path: path)
                }
            }
        }
    }
}

extension FileStatus {
    struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64
    }

    var identity: Identity { Identity(device: device, inode: inode) }
}

/// Joins a path and a path relative to it, which is "" for the path itself.
func join(_ path: String, _ relative: String) -> String {
    relative.isEmpty ? path : "\(path)/\(relative)"
}
