/// A folder in which processes have places for what they are making, each one of its own.
///
/// Places of processes that ended in the middle are swept: at once where they ran on this machine,
/// whose kernel knows that nobody holds their locks; after a day where not, for nobody can tell over a
/// network whether a process still lives.
public struct WorkPlaces: Sendable {
    /// Its absolute path; it is made with the first place.
    public let folder: String
    private let fileSystem: any FileSystem

    /// A place of another machine that is older belongs to nobody any more.
    private static let oldest = 86_400
    private static let lockEnding = ".lock"

    /// Names a folder.
    public init(folder: String, fileSystem: any FileSystem) {
        self.folder = folder
        self.fileSystem = fileSystem
    }

    /// Makes a place of this process alone.
    public func open() throws -> Scratch {
        try fileSystem.makeFolder(folder)
        let own = "\(folder)/\(machine)-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        let held = try fileSystem.lock(own + WorkPlaces.lockEnding)
        try fileSystem.makeFolder(own)
        return Scratch(folder: own, held: held)
    }

    /// Removes a place that `open` made.
    public func close(_ scratch: Scratch) {
        // What is left is swept later.
        try? fileSystem.remove(scratch.folder)
        try? fileSystem.remove(scratch.folder + WorkPlaces.lockEnding)
    }

    /// Removes the places that belong to nobody any more, and says how many of this machine did.
    @discardableResult
    public func sweep() throws -> Int {
        guard try fileSystem.status(folder) != nil else { return 0 }
        let (now, machine) = (fileSystem.now().seconds, machine)
        var dead = 0
        let names = Set(try fileSystem.list(folder))
        for name in names {
            let path = "\(folder)/\(name)"
            if name.hasPrefix(machine + "-"), name.hasSuffix(WorkPlaces.lockEnding) {
                guard let free = try fileSystem.lock(path) else { continue }
                try fileSystem.remove(String(path.dropLast(WorkPlaces.lockEnding.count)))
                try fileSystem.remove(path)
                withExtendedLifetime(free) {}
                dead += 1
            } else if name.hasPrefix(machine + "-"), names.contains(name + WorkPlaces.lockEnding) {
                continue
            } else if let status = try fileSystem.linkStatus(path),
                status.changed.seconds < now - WorkPlaces.oldest
            {
                try fileSystem.remove(path)
            }
        }
        return dead
    }

    /// This machine since it was started; "" where the kernel does not say.
    private var machine: String {
        let bytes = try? fileSystem.bytes(of: "/proc/sys/kernel/random/boot_id")
        return String(decoding: bytes ?? [], as: UTF8.self).filter { $0.isHexDigit }
    }
}
