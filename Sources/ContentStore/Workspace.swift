/// The user's files: what is at the paths of a project, and how outs get there.
public struct Workspace: Sendable {
    let root: String
    private let layout: Layout
    private let realRoot: String
    let fileSystem: any FileSystem
    let leavingOut: LeavingOut?
    private let state: StateCache

    /// Opens the workspace at `root`, an absolute path.
    ///
    /// - Parameter leavingOut: what does not count in folders, by path relative to the root.
    public init(
        root: String, layout: Layout = .native, fileSystem: any FileSystem, state: StateCache,
        leavingOut: LeavingOut? = nil
    ) throws {
        self.leavingOut = leavingOut
        self.root = root
        self.layout = layout
        self.realRoot = try fileSystem.resolve(root) ?? root
        self.fileSystem = fileSystem
        self.state = state
    }

    /// The root without symbolic links.
    public var resolvedRoot: String { realRoot }

    /// What is at a path relative to the root; nil where nothing is.
    ///
    /// Files whose status is known are not read.
    public func content(at path: String) throws -> Content? {
        try manifest(at: path)?.content
    }

    /// The files at an absolute path in the project, all of them read; nil where nothing is.
    ///
    /// - Parameter path: where they belong, relative to the root.
    public func manifest(ofFilesAt absolute: String, for path: String) throws -> Manifest? {
        let tree = try FileTree(
            at: absolute, root: realRoot, fileSystem: fileSystem,
            leavingOut: leavingOut(below: path))
        guard let tree else { return nil }
        let files = try tree.leaves.map { leaf in
            var digester = Digester(layout.algorithm)
            let path = join(absolute, leaf.path)
            try fileSystem.read(path) { digester.update($0) }
            guard try fileSystem.status(path) == leaf.status else {
                throw ObjectError.changedWhileRead(path: path)
            }
            return Manifest.File(
                path: leaf.path, digest: digester.finish(), size: leaf.status.size,
                executable: leaf.status.executable)
        }
        return Manifest(isFolder: tree.isFolder, files: files, format: layout.format)
    }

    /// The files at a path relative to the root; nil where nothing is.
    public func manifest(at path: String) throws -> Manifest? {
        let absolute = join(root, path)
        let tree = try FileTree(
            at: absolute, root: realRoot, fileSystem: fileSystem,
            leavingOut: leavingOut(below: path))
        guard let tree else { return nil }
        let files = try tree.leaves.map { leaf in
            Manifest.File(
                path: leaf.path, digest: try digest(of: join(path, leaf.path), leaf.status),
                size: leaf.status.size, executable: leaf.status.executable)
        }
        return Manifest(isFolder: tree.isFolder, files: files, format: layout.format)
    }

    /// Remembers the digests of files that were just put at `path`, so that they need not be read.
    ///
    /// - Parameter before: a moment before they were put there, or were last seen unchanged.
    public func adopt(_ manifest: Manifest, at path: String, before: FileTime) throws {
        for file in manifest.files {
            let name = join(path, file.path)
            guard let status = try fileSystem.status(join(root, name)), status.kind == .file,
                file.size == nil || status.size == file.size
            else { continue }
            state.record(name, status, file.digest, before: before)
        }
    }

    /// Moves a finished file or folder to a path relative to the root.
    ///
    /// A file replaces a file in one step. A folder that is in the way is moved aside first, so at
    /// any moment the path holds all of the old, nothing, or all of the new.
    public func place(_ made: String, at path: String, scratch: Scratch) throws {
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
        let parts = folder.dropFirst(realRoot.count).split(separator: "/")
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
        guard let tree = try FileTree(at: absolute, root: realRoot, fileSystem: fileSystem) else {
            return
        }
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
        let tree = try FileTree(
            at: path, root: realRoot, fileSystem: fileSystem, leavingOut: leavingOut)
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

    private func digest(of name: String, _ status: FileStatus) throws -> Digest {
        if let known = state.digest(of: name, status) { return known }
        let absolute = join(root, name)
        let before = fileSystem.now()
        var digester = Digester(layout.algorithm)
        try fileSystem.read(absolute) { digester.update($0) }
        guard try fileSystem.status(absolute) == status else {
            throw ObjectError.changedWhileRead(path: absolute)
        }
        let digest = digester.finish()
        state.record(name, status, digest, before: before)
        return digest
    }
}
