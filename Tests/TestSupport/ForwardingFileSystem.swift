public import ContentStore

/// A file system that leaves to another what it does not do itself.
///
/// What the protocol makes of other calls, such as `createUnflushed`, goes through the calls of the
/// file system that forwards, so that it need not watch those too.
public protocol ForwardingFileSystem: FileSystem {
    /// What does the work.
    var base: any FileSystem { get }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension ForwardingFileSystem {
    public func status(_ path: String) throws -> FileStatus? { try base.status(path) }
    public func linkStatus(_ path: String) throws -> FileStatus? { try base.linkStatus(path) }
    public func resolve(_ path: String) throws -> String? { try base.resolve(path) }
    public func list(_ folder: String) throws -> [String] { try base.list(folder) }
    public func read(_ path: String, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
        try base.read(path, piece)
    }
    public func now() -> FileTime { base.now() }
    public func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try base.create(path, bytes, mode: mode)
    }
    public func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws { try base.copy(source, to: path, mode: mode, piece) }
    public func link(_ source: String, to path: String, as type: LinkType, mode: UInt32) throws {
        try base.link(source, to: path, as: type, mode: mode)
    }
    public func synchronise(_ path: String) throws { try base.synchronise(path) }
    public func rename(_ path: String, to new: String) throws { try base.rename(path, to: new) }
    public func makeFolder(_ path: String) throws { try base.makeFolder(path) }
    public func remove(_ path: String) throws { try base.remove(path) }
    public func lock(_ path: String, shared: Bool) throws -> FileLock? {
        try base.lock(path, shared: shared)
    }
}
