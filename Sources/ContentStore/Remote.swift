/// A place outside the project that keeps objects and runs in the layout of the cache: a folder, or
/// what rclone reaches.
public struct Remote: Sendable {
    /// How a remote is reached.
    public enum Transport: Sendable {
        /// A folder at this absolute path is worked in where it is.
        case folder(String)
        /// The program copies files to and from it.
        case rclone(Rclone)
    }

    /// What the configuration calls it.
    public let name: String
    /// How it is reached.
    public let transport: Transport
    private let layout: Layout
    private let fileSystem: any FileSystem

    /// Names a remote, which need not exist yet.
    public init(
        name: String, _ transport: Transport, layout: Layout = .native,
        fileSystem: any FileSystem = LocalFileSystem()
    ) {
        self.name = name
        self.transport = transport
        self.layout = layout
        self.fileSystem = fileSystem
    }

    /// Throws `RemoteError.absent` where a folder is not there; what rclone reaches is asked when it
    /// is used.
    public func require() throws {
        guard case .folder(let path) = transport, try !folder(path).exists else { return }
        throw RemoteError.absent(name: name, folder: path)
    }

    /// Begins to send: a folder is made where none is.
    public func visitToPush(_ options: ObjectTransfer.Options) throws -> any RemoteVisit {
        switch transport {
        case .folder(let path): try FolderVisit(pushingTo: folder(path), options: options)
        case .rclone(let rclone):
            try MirrorVisit(
                elsewhere: rclone, layout: layout, fileSystem: fileSystem, options: options)
        }
    }

    /// Begins to get; `scratch` is at the cache's file system.
    ///
    /// Throws `RemoteError.absent` where no folder is.
    public func visitToFetch(
        scratch: Scratch, _ options: ObjectTransfer.Options
    ) throws -> any RemoteVisit {
        try require()
        return switch transport {
        case .folder(let path): FolderVisit(folder(path), scratch: scratch, options: options)
        case .rclone(let rclone):
            MirrorVisit(
                rclone, mirror: scratch.next(), scratch: scratch, layout: layout,
                fileSystem: fileSystem, options: options)
        }
    }

    /// Begins to look: nothing is changed, and a folder that is not there has nothing.
    public func visitToLook(_ options: ObjectTransfer.Options) throws -> any RemoteVisit {
        guard case .folder(let path) = transport else { return try visitToPush(options) }
        return FolderVisit(folder(path), scratch: Scratch(folder: path), options: options)
    }

    private func folder(_ path: String) -> RemoteFolder {
        RemoteFolder(path, layout: layout, fileSystem: fileSystem)
    }
}
