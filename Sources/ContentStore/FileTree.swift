/// The files at and below a path, found without reading them.
struct FileTree {
    struct Leaf {
        /// Relative to the path that was walked; "" for a single file.
        var path: String
        var status: FileStatus
    }

    /// Folder names that are never data.
    private static let ignored: Set<String> = [".git", ".hg", ".nlpipe", ".dvc"]

    private static func isIgnored(_ name: String) -> Bool {
        name.utf8.first == UInt8(ascii: ".") && ignored.contains(name)
    }

    private(set) var isFolder = false
    private(set) var leaves: [Leaf] = []

    /// Walks `path`; nil where nothing is.
    ///
    /// Links are followed inside `root`, which has to be free of links itself, and refused beyond
    /// it, but for links into `cache` and `original`. In folders only what `leavingOut` does not name
    /// counts.
    init?(
        at path: String, root: String, cache: String? = nil, original: String? = nil,
        fileSystem: any FileSystem, leavingOut: LeavingOut? = nil
    ) throws {
        guard let status = try fileSystem.status(path),
            let resolved = try fileSystem.resolve(path)
        else { return nil }
        let walk = Walk(
            root: root, others: [cache, original].compactMap { $0 }, fileSystem: fileSystem,
            leavingOut: leavingOut)
        try walk.require(resolved, of: path)
        switch status.kind {
        case .file: leaves = [Leaf(path: "", status: status)]
        case .folder:
            isFolder = true
            leaves = try walk.leaves(
                below: .init(path: path, prefix: "", above: [status.identity]))
        case .link, .other: throw FileError.notAFileOrFolder(path: path)
        }
    }

    private struct Walk {
        let root: String
        let others: [String]
        let fileSystem: any FileSystem
        let leavingOut: LeavingOut?

        func require(_ resolved: String, of path: String) throws {
            let isKnown = others.contains { resolved.hasPrefix($0 + "/") }
            guard resolved == root || resolved.hasPrefix(root + "/") || isKnown else {
                throw FileError.outside(path: path, root: root)
            }
        }

        /// A folder to look into.
        struct Folder {
            var path: String
            /// Relative to the path that is walked; ends in `/` or is empty.
            var prefix: String
            /// The folders that it is in, and itself.
            var above: [FileStatus.Identity]
        }

        /// Goes down level by level, the folders of one level on all processors; the order of the
        /// leaves depends on their names alone.
        func leaves(below top: Folder) throws -> [Leaf] {
            var leaves: [Leaf] = []
            var level = [top]
            while !level.isEmpty {
                let found = try Parallel.map(level) { try look(into: $0) }
                level = []
                for (files, folders) in found {
                    leaves += files
                    level += folders
                }
            }
            return leaves
        }

        private func look(into folder: Folder) throws -> (files: [Leaf], folders: [Folder]) {
            var files: [Leaf] = []
            var folders: [Folder] = []
            let entries = try fileSystem.entries(folder.path)
            files.reserveCapacity(entries.count)
            for entry in ByName(entries) where !FileTree.isIgnored(entry.name) {
                var status = entry.status
                // A link is no folder to git's rules, wherever it leads.
                if leavingOut?(folder.prefix + entry.name, status.kind == .folder) == true {
                    continue
                }
                if status.kind == .file {
                    files.append(Leaf(path: folder.prefix + entry.name, status: status))
                    continue
                }
                let path = "\(folder.path)/\(entry.name)"
                if status.kind == .link {
                    guard let target = try fileSystem.status(path),
                        let resolved = try fileSystem.resolve(path)
                    else { throw FileError.notAFileOrFolder(path: path) }
                    try require(resolved, of: path)
                    status = target
                }
                switch status.kind {
                case .file: files.append(Leaf(path: folder.prefix + entry.name, status: status))
                case .folder:
                    guard !folder.above.contains(status.identity) else {
                        throw FileError.linkLoop(path: path)
                    }
                    folders.append(
                        Folder(
                            path: path, prefix: "\(folder.prefix)\(entry.name)/",
                            above: folder.above + [status.identity]))
                case .link, .other: throw FileError.notAFileOrFolder(path: path)
                }
            }
            return (files, folders)
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
