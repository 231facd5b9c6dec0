/// Files and folder manifests under the names of their digests, read-only: in `objects/ab/cdef…`, or
/// where the layout says.
///
/// An object is copied out only together with a check of its digest: one that was damaged is moved
/// away and counts as absent.
public struct ObjectStore: Sendable {
    let folder: String
    let layout: Layout
    let fileSystem: any FileSystem
    private let folders = DurableFolders()

    /// Names a store; its folders are made when the first object comes.
    public init(folder: String, layout: Layout = .native, fileSystem: any FileSystem) {
        self.folder = folder
        self.layout = layout
        self.fileSystem = fileSystem
    }

    /// The absolute path of an object.
    public func path(of digest: Digest) -> String {
        let name = digest.name
        return "\(folder)/\(layout.objects)/\(name.prefix(2))/\(name.dropFirst(2))"
    }

    /// Whether everything that `content` is made of is there, as far as can be told without reading
    /// files.
    public func contains(_ content: Content) throws -> Bool {
        guard let manifest = try manifest(of: content) else { return false }
        return try manifest.files.allSatisfy { file in
            let status = try fileSystem.linkStatus(path(of: file.digest))
            return status?.kind == .file && (file.size == nil || status?.size == file.size)
        }
    }

    /// Copies what is at `path` into the store.
    ///
    /// - Parameters:
    ///   - path: an absolute path of a file or a folder.
    ///   - root: the folder, free of links, that links must not leave.
    ///   - scratch: where objects are made before they get their names.
    ///   - leavingOut: what does not count, by path relative to `path`.
    /// - Returns: the files with the digests of what was copied; nil where nothing is at `path`.
    public func put(
        _ path: String, root: String, scratch: Scratch, leavingOut: LeavingOut? = nil
    ) throws -> Manifest? {
        let tree = try FileTree(
            at: path, root: root, fileSystem: fileSystem, leavingOut: leavingOut)
        guard let tree else { return nil }
        let made = try copies(of: tree, at: path, scratch: scratch)
        var folders: Set<String> = []
        try makeFolders(for: made.map(\.file.digest))
        for (file, temporary) in made { folders.insert(try publish(temporary, as: file.digest)) }
        let manifest = Manifest(
            isFolder: tree.isFolder, files: made.map(\.file), format: layout.format)
        if manifest.isFolder {
            let temporary = scratch.next()
            try fileSystem.create(temporary, Array(manifest.text.utf8), mode: 0o444)
            try makeFolders(for: [manifest.content.digest])
            folders.insert(try publish(temporary, as: manifest.content.digest))
        }
        for folder in folders.sorted() { try fileSystem.synchronise(folder) }
        return manifest
    }

    /// Builds `content` at `path`, where nothing is; nil, and nothing built, where objects are
    /// absent or damaged.
    public func get(_ content: Content, to path: String) throws -> Manifest? {
        guard let manifest = try manifest(of: content) else { return nil }
        do { try build(manifest, at: path) } catch is Unsound {
            try fileSystem.remove(path)
            return nil
        }
        return manifest
    }

    /// The files that `content` is made of; nil where the folder's manifest is absent or damaged.
    ///
    /// - Parameter settingAside: false to leave a damaged manifest where it is.
    public func manifest(of content: Content, settingAside: Bool = true) throws -> Manifest? {
        guard case .folder = content.form else {
            // Old records of DVC lack the size.
            let file = Manifest.File(
                path: "", digest: content.digest, size: layout.format == .dvc ? nil : content.size,
                executable: content.form == .file(executable: true))
            return Manifest(isFolder: false, files: [file], format: layout.format)
        }
        let object = path(of: content.digest)
        guard try fileSystem.linkStatus(object)?.kind == .file else { return nil }
        let bytes = try fileSystem.bytes(of: object)
        guard Digest(of: bytes, layout.algorithm).hasBytes(of: content.digest) else {
            if settingAside { try setAside(content.digest) }
            return nil
        }
        return Manifest(text: String(decoding: bytes, as: UTF8.self), format: layout.format)
    }

    /// Gives a finished file its name and returns the folder to flush.
    ///
    /// An object that is there already is replaced by the same bytes, which mends it should it be
    /// damaged. Its folder is there: `makeFolders`.
    func publish(_ temporary: String, as digest: Digest) throws -> String {
        let object = path(of: digest)
        let folder = object.folder
        do { try fileSystem.rename(temporary, to: object) } catch FileError.failed(_, _, let code)
            where code == FileError.otherFileSystem
        {
            // The cache is on another file system than what is in the making.
            let part = "\(object).\(UInt64.random(in: .min ... .max)).part"
            do {
                try fileSystem.copy(temporary, to: part, mode: 0o444) { _ in }
                try fileSystem.rename(part, to: object)
            } catch {
                try? fileSystem.remove(part)
                throw error
            }
            try fileSystem.remove(temporary)
        }
        return folder
    }

    /// Makes the folders that objects of these names are put in.
    func makeFolders(for digests: some Sequence<Digest>) throws {
        try folders.make(digests.map { path(of: $0).folder }, fileSystem)
    }

    /// Moves a damaged object away.
    ///
    /// Nothing happens where it is gone already.
    public func setAside(_ digest: Digest) throws {
        try fileSystem.makeFolder(damagedFolder)
        do { try fileSystem.rename(path(of: digest), to: "\(damagedFolder)/\(digest)") } catch {
            guard try fileSystem.linkStatus(path(of: digest)) != nil else { return }
            throw error
        }
    }
}

/// Something that kept content from being stored.
public enum ObjectError: Error, Equatable, CustomStringConvertible {
    case changedWhileRead(path: String)

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .changedWhileRead(let path):
            """
            '\(path)' changed while it was being read
            hint: run again once nothing writes to it
            """
        }
    }
}
