/// Files and folder manifests under the names of their digests, read-only: in `objects/ab/cdef…`, or
/// where the layout says.
///
/// An object is copied out only together with a check of its digest: one that was damaged is moved
/// away and counts as absent.
public struct ObjectStore: Sendable {
    let folder: String
    let layout: Layout
    let fileSystem: any FileSystem
    let unflushed = Unflushed()
    private let folders = DurableFolders()
    /// The path of the folder of objects, in bytes.
    private let place: [UInt8]

    /// Names a store; its folders are made when the first object comes.
    public init(folder: String, layout: Layout = .native, fileSystem: any FileSystem) {
        self.folder = folder
        self.layout = layout
        self.fileSystem = fileSystem
        place = Array("\(folder)/\(layout.objects)".utf8)
    }

    /// The absolute path of an object.
    public func path(of digest: Digest) -> String { digest.path(in: place) }

    /// The folder of the objects whose digests begin with a byte.
    func folder(_ start: UInt8) -> String {
        let digits = String(start, radix: 16)
        return "\(folder)/\(layout.objects)/\(start < 16 ? "0" : "")\(digits)"
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

    /// Whether an object is there, as far as can be told without reading it.
    public func holds(_ digest: Digest) throws -> Bool { try has(digest, size: nil) }

    /// Copies what is at `path` into the store; what stands there already is not copied.
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
        return try tree.map { try put($0, at: path, known: [], scratch: scratch) }
    }

    /// Builds `content` at `path`, where nothing is; nil, and nothing built, where objects are
    /// absent or damaged.
    ///
    /// - Parameter linking: true to build by the ways that the layout names; else the files are
    ///   copies, whatever it says.
    public func get(
        _ content: Content, to path: String, linking: Bool = false
    ) throws -> Manifest? {
        guard let manifest = try manifest(of: content) else { return nil }
        do {
            try build(manifest, at: path, by: linking ? layout.links : LinkType.usual)
        } catch is Unsound {
            try fileSystem.remove(path)
            return nil
        }
        return manifest
    }

    /// Whether files of the workspace are links to objects, as far as they can be.
    public var hasLinks: Bool { layout.links.contains(where: \.isLink) }

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
        guard let status = try fileSystem.linkStatus(object), status.kind == .file else {
            return nil
        }
        let bytes = try fileSystem.bytes(of: object, expecting: status.size)
        guard Digest(of: bytes, layout.algorithm).hasBytes(of: content.digest) else {
            if settingAside { try setAside(content.digest) }
            return nil
        }
        return Manifest(bytes: bytes, format: layout.format)
    }

    /// Gives a finished file its name; its folder is there: `makeFolders`.
    func publish(_ temporary: String, as digest: Digest) throws {
        let object = path(of: digest)
        do { try fileSystem.rename(temporary, to: object) } catch FileError.failed(_, _, let code)
            where code == FileError.otherFileSystem
        {
            // The cache is on another file system than what is in the making.
            let part = "\(object).\(UInt64.random(in: .min ... .max))\(ObjectStore.partEnding)"
            do {
                try fileSystem.copy(temporary, to: part, mode: 0o444) { _ in }
                try fileSystem.rename(part, to: object)
            } catch {
                try? fileSystem.remove(part)
                throw error
            }
            try fileSystem.remove(temporary)
        }
    }

    private static let partEnding = ".part"

    /// Removes what killed processes left of copies between file systems.
    ///
    /// Whoever calls it has the cache alone: a copy that is under way looks the same.
    public func removeParts() throws {
        let top = "\(folder)/\(layout.objects)"
        guard try fileSystem.status(top) != nil else { return }
        for start in try fileSystem.list(top) where start.utf8.count == 2 {
            let folder = "\(top)/\(start)"
            guard try fileSystem.linkStatus(folder)?.kind == .folder else { continue }
            for name in try fileSystem.list(folder) where name.hasSuffix(ObjectStore.partEnding) {
                try fileSystem.remove("\(folder)/\(name)")
            }
        }
    }

    /// Makes the folders that objects are put in, by the first byte of their digests.
    func makeFolders(for starts: Set<UInt8>) throws {
        try folders.make(starts.map(folder), fileSystem)
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
