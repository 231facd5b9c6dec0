/// A file system that notes everything that is looked at.
///
/// A change spoils the observations. What a project keeps to save time counts for nothing.
public struct ObservedFileSystem: FileSystem {
    private let base: any FileSystem
    private let observations: Observations
    private let home: String

    /// Creates a file system.
    ///
    /// - Parameters:
    ///   - base: what does the work.
    ///   - observations: where looks are noted.
    ///   - home: the folder of what belongs to this machine, an absolute path.
    public init(_ base: any FileSystem, into observations: Observations, home: String) {
        self.base = base
        self.observations = observations
        self.home = home
    }

    private func counts(_ path: String) -> Bool {
        guard path.hasPrefix(home) else { return true }
        let rest = path.dropFirst(home.count)
        return !(rest.isEmpty || rest.hasPrefix("/state") || rest.hasPrefix("/tmp"))
    }

    private func look(
        _ look: Observations.Look, _ path: String
    ) throws -> Observations.Sight {
        let place = Observations.Place(look: look, path: path)
        do {
            let sight = try place.sight(on: base)
            if counts(path) { observations.note(place, sight) }
            return sight
        } catch {
            observations.spoil()
            throw error
        }
    }

    private func change(_ path: String) { if counts(path) { observations.spoil() } }

    /// Notes and looks.
    public func status(_ path: String) throws -> FileStatus? {
        guard case .status(let status) = try look(.status, path) else { return nil }
        return status
    }

    /// Notes and looks.
    public func linkStatus(_ path: String) throws -> FileStatus? {
        guard case .status(let status) = try look(.itself, path) else { return nil }
        return status
    }

    /// Notes and looks.
    public func resolve(_ path: String) throws -> String? {
        guard case .path(let resolved) = try look(.resolved, path) else { return nil }
        return resolved
    }

    /// Notes the folder, whose own times tell of names that come and go.
    public func list(_ folder: String) throws -> [String] {
        _ = try status(folder)
        return try base.list(folder)
    }

    /// Notes the folder and all that is in it.
    public func entries(_ folder: String) throws -> [FolderEntry] {
        guard case .entries(_, let entries) = try look(.entries, folder) else { return [] }
        return entries
    }

    /// Notes the file and reads it.
    public func read(_ path: String, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
        _ = try status(path)
        try base.read(path, piece)
    }

    /// Notes the file as it is known to be, and reads it.
    public func read(
        _ path: String, as status: FileStatus, _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        if counts(path) {
            observations.note(Observations.Place(look: .status, path: path), .status(status))
        }
        return try base.read(path, as: status, piece)
    }

    /// The time is no observation: what depends on it is not kept.
    public func now() -> FileTime { base.now() }

    /// Spoils and creates.
    public func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        change(path)
        try base.create(path, bytes, mode: mode)
    }

    /// Spoils and creates.
    public func createUnflushed(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        change(path)
        try base.createUnflushed(path, bytes, mode: mode)
    }

    /// Spoils and copies.
    public func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        change(path)
        try base.copy(source, to: path, mode: mode, piece)
    }

    /// Flushing changes nothing that can be seen.
    public func beginFlush(of folder: String) throws -> FileFlush? {
        try base.beginFlush(of: folder)
    }

    /// Spoils and copies.
    public func copyUnflushed(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        change(path)
        try base.copyUnflushed(source, to: path, mode: mode, piece)
    }

    /// Spoils and links.
    public func link(_ source: String, to path: String, as type: LinkType, mode: UInt32) throws {
        change(path)
        try base.link(source, to: path, as: type, mode: mode)
    }

    /// Flushing changes nothing that can be seen.
    public func synchronise(_ path: String) throws { try base.synchronise(path) }

    /// Spoils and moves.
    public func rename(_ path: String, to new: String) throws {
        change(path)
        change(new)
        try base.rename(path, to: new)
    }

    /// Spoils where the folder is not there yet.
    public func makeFolder(_ path: String) throws {
        if counts(path), try base.status(path)?.kind != .folder { observations.spoil() }
        try base.makeFolder(path)
    }

    /// Where folders lie cannot be seen.
    public func scatter(_ folder: String) { base.scatter(folder) }

    /// Spoils where something is.
    public func remove(_ path: String) throws {
        if counts(path), try base.linkStatus(path) != nil { observations.spoil() }
        try base.remove(path)
    }

    /// A lock says nothing about files.
    public func lock(_ path: String, shared: Bool) throws -> FileLock? {
        try base.lock(path, shared: shared)
    }

    /// Asks how the file system is mounted.
    public func requireSharedLocks(at path: String) throws {
        try base.requireSharedLocks(at: path)
    }
}
