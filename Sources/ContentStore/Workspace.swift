/// The user's files: what is at the paths of a project.
public struct Workspace: Sendable {
    let root: String
    let layout: Layout
    let realRoot: String
    /// Where a cache outside of the project is: links into it are none of the user's.
    let cache: String?
    /// The root of the project that this is a copy of: links into it are data.
    let original: String?
    let fileSystem: any FileSystem
    let leavingOut: LeavingOut?
    private let state: StateCache
    let glances = Glances()

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
        let isElsewhere = layout.cache.hasPrefix("/") || layout.cache.hasPrefix("..")
        cache =
            isElsewhere
            ? try fileSystem.resolve(
                layout.cache.hasPrefix("/") ? layout.cache : join(root, layout.cache)) : nil
        original = try layout.original.flatMap(fileSystem.resolve)
        self.fileSystem = fileSystem
        self.state = state
    }

    /// The root without symbolic links.
    public var resolvedRoot: String { realRoot }

    /// What is at a path relative to the root; nil where nothing is.
    ///
    /// Files whose status is known are not read.
    public func content(at path: String) throws -> Content? {
        try survey(path).map { try content(of: $0, at: path) }
    }

    /// What is at an absolute path, without links, that is not in the project; nil where nothing is.
    public func content(outside path: String) throws -> Content? {
        let isFolder = try fileSystem.status(path)?.kind == .folder
        let before = fileSystem.now()
        let tree = try FileTree(
            at: path, root: isFolder ? path : path.folder, fileSystem: fileSystem)
        // Names in the project do not begin with a slash.
        return try tree.map { try content(of: survey($0, path, before), at: path) }
    }

    /// The same, but a path is looked at once for all stages that name it, until `mayChange` is
    /// called.
    public func glance(at path: String) throws -> Content? {
        try quickGlance(at: path) ?? thoroughGlance(at: path)
    }

    /// What `glance` gives where `quickGlance` cannot tell.
    public func thoroughGlance(at path: String) throws -> Content? {
        let moment = glances.seen(path).moment
        let content = try self.content(at: path)
        // A link that leads nowhere is something, and asked about again.
        if let content { glances.note(path, content, at: moment) }
        return content
    }

    /// What `glance` gives, as far as it can be told by the status of one file alone: nil where
    /// files would have to be read, a folder walked, or a link followed.
    public func quickGlance(at path: String) throws -> Content?? {
        let seen = glances.seen(path)
        if let content = seen.content { return content }
        let absolute = join(root, path)
        guard let status = try fileSystem.linkStatus(absolute) else {
            glances.note(path, nil, at: seen.moment)
            return .some(nil)
        }
        guard status.kind == .file, let digest = state.digest(of: path, status),
            try isPlainlyInside(absolute.folder, at: seen.moment)
        else { return nil }
        let content = Content(
            digest: digest, size: status.size, form: .file(executable: status.executable))
        glances.note(path, content, at: seen.moment)
        return .some(content)
    }

    /// Whether a folder is reached by no link; asked once for all of its files.
    private func isPlainlyInside(_ folder: String, at moment: Int) throws -> Bool {
        if let known = glances.isPlain(folder) { return known }
        let isPlain = try fileSystem.resolve(folder) == realRoot + folder.dropFirst(root.count)
        glances.note(folder, isPlain: isPlain, at: moment)
        return isPlain
    }

    /// Files are about to change, or may have: what was seen of them is looked at again.
    public func mayChange() { glances.forget() }

    /// The files at an absolute path in the project, all of them read; nil where nothing is.
    ///
    /// - Parameter path: where they belong, relative to the root.
    public func manifest(ofFilesAt absolute: String, for path: String) throws -> Manifest? {
        guard let tree = try tree(at: absolute, for: path) else { return nil }
        let digests = try Parallel.map(tree.leaves) { try digest(of: $0, at: absolute) }
        return manifest(tree, digests)
    }

    /// The files at a path relative to the root; nil where nothing is.
    public func manifest(at path: String) throws -> Manifest? {
        guard let survey = try survey(path) else { return nil }
        let manifest = manifest(survey.tree, survey.digests)
        if !survey.isKnown { remember(survey.tree, as: manifest, at: path, before: survey.before) }
        return manifest
    }

    /// The files that `content`, which was seen at a path relative to the root, is made of; nil where
    /// it is something else by now.
    ///
    /// Files are not looked at again where they were listed when the content was seen.
    public func manifest(at path: String, of content: Content) throws -> Manifest? {
        if let known = glances.manifest(path), known.content == content { return known }
        let found = try manifest(at: path)
        return found?.content == content ? found : nil
    }

    private func tree(at absolute: String, for path: String) throws -> FileTree? {
        try FileTree(
            at: absolute, root: realRoot, cache: cache, original: original,
            fileSystem: fileSystem, leavingOut: leavingOut(below: path))
    }

    func tree(at absolute: String) throws -> FileTree? {
        try FileTree(
            at: absolute, root: realRoot, cache: cache, original: original, fileSystem: fileSystem)
    }

    private func manifest(_ tree: FileTree, _ digests: [Digest]) -> Manifest {
        Manifest(
            isFolder: tree.isFolder,
            files: zip(tree.leaves, digests).map { leaf, digest in
                Manifest.File(
                    path: leaf.path, digest: digest, size: leaf.status.size,
                    executable: leaf.status.executable)
            }, format: layout.format)
    }

    /// Copies what is at a path relative to the root into a store, and remembers the digests; nil
    /// where nothing is.
    ///
    /// Files whose objects stand there are not copied, those that are known besides not even read.
    public func store(
        _ path: String, in objects: ObjectStore, scratch: Scratch
    ) throws -> Manifest? {
        let absolute = join(root, path)
        let before = fileSystem.now()
        guard let tree = try tree(at: absolute, for: path) else { return nil }
        let manifest = try objects.put(
            tree, at: absolute, known: known(tree, at: path), scratch: scratch)
        remember(tree, as: manifest, at: path, before: before)
        return manifest
    }

    private func remember(
        _ tree: FileTree, as manifest: Manifest, at path: String, before: FileTime
    ) {
        guard tree.isFolder else {
            guard let leaf = tree.leaves.first, let file = manifest.files.first else { return }
            return state.record(path, leaf.status, file.digest, before: before)
        }
        let digests = Dictionary(
            manifest.files.map { ($0.path, $0.digest) }, uniquingKeysWith: { first, _ in first })
        state.record(
            folder: path, tree.leaves, tree.leaves.compactMap { digests[$0.path] },
            manifest.content, before: before)
    }

    /// Remembers the digests of files that were just put at `path`, so that they need not be read.
    ///
    /// - Parameter before: a moment before they were put there, or were last seen unchanged.
    public func adopt(_ manifest: Manifest, at path: String, before: FileTime) throws {
        guard manifest.isFolder else {
            guard let status = try fileSystem.status(join(root, path)), status.kind == .file,
                let file = manifest.files.first, file.size == nil || status.size == file.size
            else { return }
            return state.record(path, status, file.digest, before: before)
        }
        let tree = try? tree(at: join(root, path), for: path)
        guard let tree, tree.isFolder, tree.leaves.count == manifest.files.count else { return }
        let files = Dictionary(
            manifest.files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var digests: [Digest] = []
        for leaf in tree.leaves {
            guard let file = files[leaf.path], file.size == nil || file.size == leaf.status.size
            else { return }
            digests.append(file.digest)
        }
        // DVC's lists say nothing of sizes.
        var content = manifest.content
        content.size = tree.leaves.reduce(0) { $0 + $1.status.size }
        state.record(folder: path, tree.leaves, digests, content, before: before)
    }

    /// The digests of the files of a tree at a path relative to the root, as far as they are known
    /// without reading; for a tree of what is elsewhere nothing is.
    func known(_ tree: FileTree, at path: String) -> [Digest?] {
        guard tree.isFolder else {
            return tree.leaves.map { state.digest(of: path, $0.status) }
        }
        return state.folder(path)?.digests(of: tree.leaves) ?? tree.leaves.map { _ in nil }
    }

    /// What is at a path: its files with their digests.
    private struct Survey {
        var tree: FileTree
        var digests: [Digest]
        /// A moment before the first file was read.
        var before: FileTime
        /// Whether every digest was known.
        var isKnown: Bool
    }

    private func survey(_ path: String) throws -> Survey? {
        let absolute = join(root, path)
        let before = fileSystem.now()
        return try tree(at: absolute, for: path).map { try survey($0, path, before) }
    }

    private func survey(_ tree: FileTree, _ path: String, _ before: FileTime) throws -> Survey {
        let absolute = path.hasPrefix("/") ? path : join(root, path)
        let known = known(tree, at: path)
        let unknown = known.indices.filter { known[$0] == nil }
        let read = try Parallel.map(unknown) { try digest(of: tree.leaves[$0], at: absolute) }
        var digests = known.compactMap { $0 }
        if !unknown.isEmpty {
            var next = read.makeIterator()
            digests = known.compactMap { $0 ?? next.next() }
        }
        if !tree.isFolder, let leaf = tree.leaves.first, let digest = read.first {
            state.record(path, leaf.status, digest, before: before)
        }
        return Survey(tree: tree, digests: digests, before: before, isKnown: unknown.isEmpty)
    }

    private func content(of survey: Survey, at path: String) throws -> Content {
        let (tree, digests) = (survey.tree, survey.digests)
        guard tree.isFolder else { return manifest(tree, digests).content }
        let known = state.folder(path)
        let isSame = known?.describes(tree.leaves, digests) == true
        if let known, isSame, survey.isKnown { return known.content }
        let made: Content
        if isSame, let known {
            made = known.content
        } else {
            let manifest = manifest(tree, digests)
            glances.note(path, manifest)
            made = manifest.content
        }
        state.record(folder: path, tree.leaves, digests, made, before: survey.before)
        return made
    }

    /// Reads a file of a tree.
    private func digest(of leaf: FileTree.Leaf, at absolute: String) throws -> Digest {
        let path = join(absolute, leaf.path)
        var status = leaf.status
        while true {
            var digester = Digester(layout.algorithm)
            if try fileSystem.read(path, as: status, { digester.update($0) }) {
                return digester.finish()
            }
            // Another link to the same object is a change of what is known of it, not of its bytes.
            guard let now = try fileSystem.status(path), now != status,
                now.isBut(links: leaf.status)
            else { throw ObjectError.changedWhileRead(path: path) }
            status = now
        }
    }
}
