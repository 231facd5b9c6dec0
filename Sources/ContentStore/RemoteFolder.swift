/// The folder of a remote, often on another machine's disk, that several processes work in.
public struct RemoteFolder: Sendable {
    /// Its absolute path.
    public let folder: String
    /// The objects that it has.
    public let objects: ObjectStore
    private let fileSystem: any FileSystem

    /// Half a transfer that is older belongs to nobody any more.
    private static let oldest = 86_400
    private static let lockEnding = ".lock"

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
    ///
    /// Such places of processes that ended in the middle are swept: at once where they ran on this
    /// machine, whose kernel knows that nobody holds their locks; after a day where not, for nobody
    /// can tell over a network whether a process still lives.
    public func open() throws -> Scratch {
        let places = "\(folder)/tmp"
        try fileSystem.makeDurableFolder(folder)
        try fileSystem.makeFolder(places)
        let machine = machine
        try sweep(places, machine)
        let own = "\(places)/\(machine)-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        let held = try fileSystem.lock(own + RemoteFolder.lockEnding)
        try fileSystem.makeFolder(own)
        return Scratch(folder: own, held: held)
    }

    /// Removes the place that `open` made.
    public func close(_ scratch: Scratch) {
        // What is left is swept later.
        try? fileSystem.remove(scratch.folder)
        try? fileSystem.remove(scratch.folder + RemoteFolder.lockEnding)
    }

    private func sweep(_ places: String, _ machine: String) throws {
        let now = fileSystem.now().seconds
        var dead = 0
        let names = Set(try fileSystem.list(places))
        for name in names {
            let path = "\(places)/\(name)"
            if name.hasPrefix(machine + "-"), name.hasSuffix(RemoteFolder.lockEnding) {
                guard let free = try fileSystem.lock(path) else { continue }
                try fileSystem.remove(String(path.dropLast(RemoteFolder.lockEnding.count)))
                try fileSystem.remove(path)
                withExtendedLifetime(free) {}
                dead += 1
            } else if name.hasPrefix(machine + "-"), names.contains(name + RemoteFolder.lockEnding)
            {
                continue
            } else if let status = try fileSystem.linkStatus(path),
                status.changed.seconds < now - RemoteFolder.oldest
            {
                try fileSystem.remove(path)
            }
        }
        // Names that a killed process gave may not be durable yet, and are taken for it.
        if dead > 0 { try fileSystem.flushAll(of: folder) }
    }

    /// This machine since it was started; "" where the kernel does not say.
    private var machine: String {
        let bytes = try? fileSystem.bytes(of: "/proc/sys/kernel/random/boot_id")
        return String(decoding: bytes ?? [], as: UTF8.self).filter { $0.isHexDigit }
    }
}
