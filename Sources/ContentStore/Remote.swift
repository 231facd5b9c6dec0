/// A place outside the project that keeps objects and runs in the layout of the cache: a folder,
/// often on another machine's disk, or what rclone reaches.
public struct Remote: Sendable {
    /// What the configuration calls it.
    public let name: String
    /// Its absolute path; of what rclone reaches, the path of its mirror, "" while it has none.
    public let folder: String
    /// The objects that it has, or the mirror.
    public let objects: ObjectStore
    /// How it is reached; nil for a folder.
    public let rclone: Rclone?
    let fileSystem: any FileSystem

    /// Half a transfer that is older belongs to nobody any more.
    private static let oldest = 86_400
    private static let lockEnding = ".lock"

    /// Names a remote, which need not exist yet.
    public init(
        name: String, folder: String, layout: Layout = .native,
        fileSystem: any FileSystem = LocalFileSystem()
    ) {
        self.name = name
        self.folder = folder
        self.fileSystem = fileSystem
        rclone = nil
        objects = ObjectStore(folder: folder, layout: layout, fileSystem: fileSystem)
    }

    /// Names a remote that rclone reaches.
    public init(
        name: String, rclone: Rclone, layout: Layout = .native,
        fileSystem: any FileSystem = LocalFileSystem()
    ) {
        self.init(
            name: name, folder: "", rclone: rclone, layout: layout, fileSystem: fileSystem)
    }

    private init(
        name: String, folder: String, rclone: Rclone?, layout: Layout,
        fileSystem: any FileSystem
    ) {
        self.name = name
        self.folder = folder
        self.rclone = rclone
        self.fileSystem = fileSystem
        objects = ObjectStore(folder: folder, layout: layout, fileSystem: fileSystem)
    }

    /// The same remote with a folder for what is brought from it.
    func mirrored(in folder: String) -> Remote {
        Remote(
            name: name, folder: folder, rclone: rclone, layout: objects.layout,
            fileSystem: fileSystem)
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
        let held = try fileSystem.lock(own + Remote.lockEnding)
        try fileSystem.makeFolder(own)
        return Scratch(folder: own, held: held)
    }

    /// Removes the place that `open` made.
    public func close(_ scratch: Scratch) {
        // What is left is swept later.
        try? fileSystem.remove(scratch.folder)
        try? fileSystem.remove(scratch.folder + Remote.lockEnding)
    }

    private func sweep(_ places: String, _ machine: String) throws {
        let now = fileSystem.now().seconds
        var dead = 0
        let names = Set(try fileSystem.list(places))
        for name in names {
            let path = "\(places)/\(name)"
            if name.hasPrefix(machine + "-"), name.hasSuffix(Remote.lockEnding) {
                guard let free = try fileSystem.lock(path) else { continue }
                try fileSystem.remove(String(path.dropLast(Remote.lockEnding.count)))
                try fileSystem.remove(path)
                withExtendedLifetime(free) {}
                dead += 1
            } else if name.hasPrefix(machine + "-"), names.contains(name + Remote.lockEnding) {
                continue
            } else if let status = try fileSystem.linkStatus(path),
                status.changed.seconds < now - Remote.oldest
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

/// Something that is wrong with a remote.
public enum RemoteError: Error, Equatable, CustomStringConvertible {
    case absent(name: String, folder: String)
    /// rclone ended with an exit code; `words` is the last that it said.
    case program(target: String, code: Int32, words: String)
    case noProgram

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
        case .program(let target, let code, let words):
            """
            rclone cannot work with '\(target)'
              exit code: \(code)
              it said:   \(words.isEmpty ? "nothing" : words)
            hint: credentials come from the environment, from 'rclone config', or from \
            'nlpipe remote modify --local'; what has been copied stays, and is not copied again
            """
        case .noProgram:
            """
            this remote needs the program rclone, which is not installed
              expected: 'rclone' in a folder of PATH
            hint: 'apt-get install rclone', or https://rclone.org/install; folders need none
            """
        }
    }
}
