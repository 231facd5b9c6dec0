import Synchronization

extension FileSystem {
    /// The bytes of a file.
    ///
    /// - Parameter size: about how many, where that is known.
    public func bytes(of path: String, expecting size: Int = 0) throws -> [UInt8] {
        var bytes: [UInt8] = []
        // Whatever a damaged file system says: not more than some memory.
        bytes.reserveCapacity(max(0, min(size, 1 << 28)))
        try read(path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Puts a file in place in one step: at any moment `path` holds the old bytes or the new ones,
    /// after a power cut too.
    ///
    /// - Parameter temporary: a path on the same file system where nothing is.
    public func replace(_ path: String, with bytes: [UInt8], temporary: String) throws {
        do {
            try create(temporary, bytes, mode: 0o644)
            try rename(temporary, to: path)
        } catch {
            try? remove(temporary)
            throw error
        }
        try synchronise(path.folder)
    }
}

extension String {
    /// The path of the folder that holds this path; "" where the path has no `/`.
    var folder: String {
        // By bytes, as the kernel does: to `Character`, a slash before an accent is no slash.
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}

/// Paths for files and folders in the making, on the same file system as the project.
public struct Scratch: Sendable {
    /// What may lie in a project's folder for temporary files while nothing runs.
    public static let kept: Set<String> = ["lock", "logs", "checkpoints", "exps", "imports"]

    /// The folder that everything is made in.
    public let folder: String
    private let counter = Counter()
    /// What says that the folder's owner lives.
    let held: FileLock?

    /// Names a scratch folder, which has to exist before the first file is made.
    public init(folder: String) { self.init(folder: folder, held: nil) }

    /// Names a scratch folder in a folder that goes with it, by another name every time: files that
    /// are made in it lie where none was removed lately, see `FileSystem.scatter`.
    public init(below folder: String) {
        self.init(folder: "\(folder)/\(String(UInt32.random(in: .min ... .max), radix: 36))")
    }

    init(folder: String, held: FileLock?) {
        self.folder = folder
        self.held = held
    }

    /// A path in the folder where nothing is yet.
    public func next() -> String { "\(folder)/\(token)-\(counter.next())" }

    /// Folders get other names every time, so that they are put elsewhere: see
    /// `FileSystem.scatter`.
    private let token = String(UInt32.random(in: .min ... .max), radix: 36)

    private final class Counter: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock {
                $0 += 1
                return $0
            }
        }
    }
}
