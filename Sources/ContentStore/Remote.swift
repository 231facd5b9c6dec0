/// A folder outside the project, often on another machine's disk, that keeps objects and runs in
/// the layout of the cache.
public struct Remote: Sendable {
    /// What the configuration calls it.
    public let name: String
    /// Its absolute path.
    public let folder: String
    /// The objects that it has.
    public let objects: ObjectStore
    private let fileSystem: any FileSystem

    /// Half a transfer that is older belongs to nobody any more.
    private static let oldest = 86_400

    /// Names a remote, which need not exist yet.
    public init(name: String, folder: String, fileSystem: any FileSystem = LocalFileSystem()) {
        self.name = name
        self.folder = folder
        self.fileSystem = fileSystem
        objects = ObjectStore(folder: folder, fileSystem: fileSystem)
    }

    /// Where it keeps runs by fingerprint.
    public var runs: String { "\(folder)/runs" }

    /// Throws `RemoteError.absent` where no folder is.
    public func require() throws {
        guard try fileSystem.status(folder)?.kind == .folder else {
            throw RemoteError.absent(name: name, folder: folder)
        }
    }

    /// Makes the folder, and in it a place for files that are on their way, of this process alone.
    ///
    /// Such places of processes that ended in the middle are swept after a day: their clocks may
    /// differ, and nobody can tell over a network whether a process still lives.
    public func open() throws -> Scratch {
        let places = "\(folder)/tmp"
        try fileSystem.makeFolder(places)
        let now = fileSystem.now().seconds
        for name in try fileSystem.list(places) {
            guard let status = try fileSystem.linkStatus("\(places)/\(name)") else { continue }
            if status.changed.seconds < now - Remote.oldest {
                try fileSystem.remove("\(places)/\(name)")
            }
        }
        let own = String(UInt64.random(in: .min ... .max), radix: 16)
        let scratch = Scratch(folder: "\(places)/\(own)")
        try fileSystem.makeFolder(scratch.folder)
        return scratch
    }

    /// Removes the place that `open` made.
    public func close(_ scratch: Scratch) {
        // What is left is swept later.
        try? fileSystem.remove(scratch.folder)
    }
}

/// Something that is wrong with a remote.
public enum RemoteError: Error, Equatable, CustomStringConvertible {
    case absent(name: String, folder: String)

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .absent(let name, let folder):
            """
            remote '\(name)' cannot be reached
              expected: a folder at '\(folder)'
              found:    nothing
            hint: is the share mounted? 'nlpipe push' makes a new remote
            """
        }
    }
}
