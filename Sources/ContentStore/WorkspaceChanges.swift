/// How outs get into the workspace, and out of it.
extension Workspace {
    /// Moves a finished file or folder to a path relative to the root.
    ///
    /// A file replaces a file in one step. A folder that is in the way is moved aside first, so at
    /// any moment the path holds all of the old, nothing, or all of the new.
    public func place(_ made: String, at path: String, scratch: Scratch) throws {
        defer { mayChange() }
        let target = join(root, path)
        try makeFolder(above: path)
        let present = try fileSystem.linkStatus(target)
        let madeKind = try fileSystem.linkStatus(made)?.kind
        var aside: String?
        if let present, present.kind == .folder || madeKind == .folder {
            let old = scratch.next()
            try move(target, to: old)
            aside = old
        }
        try move(made, to: target)
        try fileSystem.synchronise(target.folder)
        if let aside { try fileSystem.remove(aside) }
    }

    /// Removes what is at a path relative to the root.
    public func remove(_ path: String) throws {
        defer { mayChange() }
        guard try fileSystem.linkStatus(join(root, path)) != nil else { return }
        try requireInside(path)
        try fileSystem.remove(join(root, path))
    }

    /// Creates the folders that a path relative to the root is in.
    public func makeFolder(above path: String) throws {
        try requireInside(path)
        try fileSystem.makeDurableFolder(join(root, path).folder)
        try requireInside(path)
    }

    /// Throws `FileError.outside` where the folder of `path` is elsewhere, by way of a link, or is
    /// one that no out belongs in.
    public func requireInside(_ path: String) throws {
        let absolute = join(root, path)
        guard let folder = try fileSystem.resolve(absolute.folder) else { return }
        let expected = join(realRoot, path).folder
        guard folder != expected else { return }
        let inside = folder == realRoot || folder.hasPrefix(realRoot + "/")
        let parts = folder.utf8.dropFirst(realRoot.utf8.count).split(separator: UInt8(ascii: "/"))
            .map { Substring($0) }
        guard inside, !parts.contains(where: { layout.ownFolders.contains(String($0)) }) else {
            throw FileError.outside(path: absolute, root: root)
        }
    }

    /// Throws `FileError.outside` where what is at `path` itself is a link out of the project.
    public func requireTargetInside(_ path: String) throws {
        guard let target = try fileSystem.resolve(join(root, path)) else { return }
        guard target.hasPrefix(realRoot + "/") else {
            throw FileError.outside(path: join(root, path), root: root)
        }
    }

    /// Makes the files at an absolute path durable, with their names: a record that names their
    /// digests must not outlive them.
    public func settle(_ absolute: String) throws {
        guard let tree = try tree(at: absolute) else { return }
        for leaf in tree.leaves { try fileSystem.synchronise(join(absolute, leaf.path)) }
        if tree.isFolder {
            try fileSystem.synchroniseFolders(of: tree.leaves.lazy.map(\.path), in: absolute)
        }
        try fileSystem.synchronise(absolute.folder)
    }

    /// Renames, or copies where the two paths are on different file systems.
    private func move(_ path: String, to target: String) throws {
        do {
            try fileSystem.rename(path, to: target)
        } catch FileError.failed(_, _, let code) where code == FileError.otherFileSystem {
            let part = target + ".nlpipe-part"
            try fileSystem.remove(part)
            do {
                try copy(path, to: part)
                try fileSystem.rename(part, to: target)
            } catch {
                try? fileSystem.remove(part)
                throw error
            }
            try fileSystem.remove(path)
        }
    }

    /// Copies a file or folder, links followed, between two absolute paths in the project.
    public func copy(
        _ path: String, to target: String, leavingOut: LeavingOut? = nil
    ) throws {
        try copy(
            FileTree(
                at: path, root: realRoot, cache: cache, fileSystem: fileSystem,
                leavingOut: leavingOut), at: path, to: target)
    }

    /// Copies a file or folder that is not in the project, links inside of it followed, to an absolute
    /// path in the project where nothing is.
    ///
    /// - Parameter path: absolute and without links.
    public func copy(outside path: String, to target: String) throws {
        let root = try fileSystem.status(path)?.kind == .folder ? path : path.folder
        try copy(
            FileTree(at: path, root: root, fileSystem: fileSystem), at: path, to: target)
    }

    private func copy(_ tree: FileTree?, at path: String, to target: String) throws {
        if tree?.isFolder == true { try fileSystem.makeFolder(target) }
        for leaf in tree?.leaves ?? [] {
            let copy = join(target, leaf.path)
            try fileSystem.makeFolder(copy.folder)
            try fileSystem.copy(
                join(path, leaf.path), to: copy, mode: leaf.status.executable ? 0o755 : 0o644
            ) { _ in }
        }
        if let tree, tree.isFolder {
            try fileSystem.synchroniseFolders(of: tree.leaves.lazy.map(\.path), in: target)
        }
    }
}
