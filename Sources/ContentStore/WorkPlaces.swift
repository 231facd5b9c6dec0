/// A folder in which processes have places for what they are making, each one of its own.
///
/// Places of processes that ended in the middle are swept: at once where locks tell that nobody has
/// them any more, everybody's where locks reach everybody, and else those of this machine; after a day
/// where not, for nobody can tell over a network whether a process still lives.
public struct WorkPlaces: Sendable {
    /// Its absolute path; it is made with the first place.
    public let folder: String
    private let fileSystem: any FileSystem
    private let locksReachAll: Bool

    /// A place of another machine that is older belongs to nobody any more.
    private static let oldest = 86_400
    private static let lockEnding = ".lock"

    /// Names a folder.
    ///
    /// - Parameter locksReachAll: whether locks in it keep out everybody who may work there.
    public init(folder: String, fileSystem: any FileSystem, locksReachAll: Bool = false) {
        self.folder = folder
        self.fileSystem = fileSystem
        self.locksReachAll = locksReachAll
    }

    /// Makes a place of this process alone.
    public func open() throws -> Scratch {
        try fileSystem.makeFolder(folder)
        while true {
            let number = String(UInt64.random(in: .min ... .max), radix: 16)
            let own = "\(folder)/\(owner)-\(number)"
            // Who sweeps at this moment may have taken the new lock for that of a dead process.
            guard let held = try fileSystem.lock(own + WorkPlaces.lockEnding),
                try fileSystem.linkStatus(own + WorkPlaces.lockEnding) != nil
            else { continue }
            try fileSystem.makeFolder(own)
            return Scratch(folder: own, held: held)
        }
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
        let (now, owner) = (fileSystem.now().seconds, owner)
        var dead = 0
        for name in try fileSystem.list(folder) {
            let path = "\(folder)/\(name)"
            if name.hasPrefix(owner + "-"), name.hasSuffix(WorkPlaces.lockEnding) {
                guard let free = try fileSystem.lock(path) else { continue }
                try fileSystem.remove(String(path.dropLast(WorkPlaces.lockEnding.count)))
                try fileSystem.remove(path)
                withExtendedLifetime(free) {}
                dead += 1
            } else if name.hasPrefix(owner + "-") {
                // A lock is there before its folder and goes after it: only a power cut takes it alone.
                guard try fileSystem.linkStatus(path + WorkPlaces.lockEnding) == nil else {
                    continue
                }
                try fileSystem.remove(path)
            } else if let status = try fileSystem.linkStatus(path),
                status.changed.seconds < now - WorkPlaces.oldest
            {
                try fileSystem.remove(path)
            }
        }
        return dead
    }

    /// Whom locks tell of: everybody, or this machine since it was started; "" where the kernel does
    /// not say.
    private var owner: String {
        if locksReachAll { return "place" }
        let bytes = try? fileSystem.bytes(of: "/proc/sys/kernel/random/boot_id")
        return String(decoding: bytes ?? [], as: UTF8.self).filter { $0.isHexDigit }
    }
}
