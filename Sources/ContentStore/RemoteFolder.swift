/// The folder of a remote, often on another machine's disk, that several processes work in.
public struct RemoteFolder: Sendable {
    /// Its absolute path.
    public let folder: String
    /// The objects that it has.
    public let objects: ObjectStore
    private let fileSystem: any FileSystem

    /// Names a folder, which need not exist yet.
    public init(
        _ folder: String, layout: Layout = .native,
        fileSystem: any FileSystem = LocalFileSystem()
    ) {
        self.folder = folder
        self.fileSystem = fileSystem
        objects = ObjectStore(folder: folder, layout: layout, fileSystem: fileSystem)
    }

    /// Whether the folder is there.
    var exists: Bool { get throws { try fileSystem.status(folder)?.kind == .folder } }

    /// Makes the folder, and in it a place for files that are on their way, of this process alone.
    public func open() throws -> Scratch {
        try fileSystem.makeDurableFolder(folder)
        // Names that a killed process gave may not be durable yet, and are taken for it.
        if try places.sweep() > 0 { try fileSystem.flushAll(of: folder) }
        return try places.open()
    }

    /// Removes the place that `open` made.
    public func close(_ scratch: Scratch) { places.close(scratch) }

    private var places: WorkPlaces { WorkPlaces(folder: "\(folder)/tmp", fileSystem: fileSystem) }
}
