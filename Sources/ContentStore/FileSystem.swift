/// What the engine needs of a file system.
///
/// Paths are absolute; errors are `FileError`.
///
/// Tests wrap it to fail or stop at the n-th change, so every change of a project goes through it.
public protocol FileSystem: Sendable {
    /// What is at `path`, symbolic links followed; nil where nothing is.
    func status(_ path: String) throws -> FileStatus?
    /// What is at `path` itself, links not followed; nil where nothing is.
    func linkStatus(_ path: String) throws -> FileStatus?
    /// What is at paths relative to a folder, links at their ends not followed; nil where nothing is.
    func statuses(of paths: [String], in folder: String) throws -> [FileStatus?]
    /// The path without symbolic links; nil where nothing is.
    func resolve(_ path: String) throws -> String?
    /// The names in a folder, in no particular order.
    func list(_ folder: String) throws -> [String]
    /// What is in a folder, links not followed, in no particular order; what goes away meanwhile is
    /// left out.
    func entries(_ folder: String) throws -> [FolderEntry]
    /// Hands over the content of a file in pieces; the buffer is only valid during the call.
    func read(_ path: String, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws
    /// Reads like `read` a file that has a status; false where it has not, before or after. Then
    /// what was handed over is nothing to go by.
    func read(
        _ path: String, as status: FileStatus, _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool
    /// Seconds and nanoseconds since 1970-01-01 UTC.
    func now() -> FileTime

    /// Creates a file that must not exist, and makes its bytes durable.
    func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws
    /// Creates a file like `create`, whose bytes a power cut may take or damage.
    func createUnflushed(_ path: String, _ bytes: [UInt8], mode: UInt32) throws
    /// Copies a file to a path where nothing is, handing over its pieces as they are copied; keeps
    /// the time of last change, and makes the bytes durable.
    func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void) throws
    /// Begins to make many files durable in one go: what is copied by `copyUnflushed` from now on
    /// is durable once the value's `flush` returns. Nil where files have to be flushed one by one.
    func beginFlush(of folder: String) throws -> FileFlush?
    /// Copies like `copy`, but leaves it to a `FileFlush` to make the bytes durable.
    func copyUnflushed(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void) throws
    /// Puts a file at a path where nothing is as a link or a copy of another.
    ///
    /// - Parameter mode: of a file of its own; a link has that of its file.
    func link(_ source: String, to path: String, as type: LinkType, mode: UInt32) throws
    /// Makes the bytes of a file, or the names in a folder, durable.
    func synchronise(_ path: String) throws
    /// Moves a file or folder; an existing file is replaced in one step.
    func rename(_ path: String, to new: String) throws
    /// Creates a folder and those above it; nothing happens where it exists.
    func makeFolder(_ path: String) throws
    /// Asks for folders made in this folder from now on to lie apart from each other on the disk.
    func scatter(_ folder: String)
    /// Removes a file, a link, or a folder with all that is in it; nothing happens where nothing
    /// is.
    func remove(_ path: String) throws
    /// Takes the lock that a file stands for; nil while someone else has it. The kernel releases it
    /// when the process ends, however it ends.
    ///
    /// - Parameter shared: true to have it beside others who share it.
    func lock(_ path: String, shared: Bool) throws -> FileLock?
    /// Throws `FileError.lockIsLocal` where locks on a file would keep nobody out who works on it
    /// from another machine.
    func requireSharedLocks(at path: String) throws
}

extension FileSystem {
    /// Takes the lock that a file stands for, alone.
    public func lock(_ path: String) throws -> FileLock? { try lock(path, shared: false) }

    /// Most file systems are of one machine alone.
    public func requireSharedLocks(at path: String) throws {}

    /// Where folders lie is mostly nobody's business.
    public func scatter(_ folder: String) {}

    /// Looks at one after the other.
    public func statuses(of paths: [String], in folder: String) throws -> [FileStatus?] {
        try paths.map { try linkStatus("\(folder)/\($0)") }
    }

    /// Lists, and looks at every name.
    public func entries(_ folder: String) throws -> [FolderEntry] {
        try list(folder).compactMap { name in
            try linkStatus("\(folder)/\(name)").map { FolderEntry(name: name, status: $0) }
        }
    }

    /// Reads, and looks at the path again.
    public func read(
        _ path: String, as status: FileStatus, _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        try read(path, piece)
        return try self.status(path) == status
    }

    /// There are no links.
    public func link(_ source: String, to path: String, as type: LinkType, mode: UInt32) throws {
        guard type == .copy else { throw FileError.noLinks(path) }
        try copy(source, to: path, mode: mode) { _ in }
    }

    /// Creates, bytes durable.
    public func createUnflushed(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try create(path, bytes, mode: mode)
    }

    /// Files are flushed one by one.
    public func beginFlush(of folder: String) throws -> FileFlush? { nil }

    /// Copies, bytes durable.
    public func copyUnflushed(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws { try copy(source, to: path, mode: mode, piece) }
}

/// Makes everything durable that was written to a file system since the value was made.
public struct FileFlush: Sendable {
    /// Flushes; an error means that any of the files may be damaged.
    public let flush: @Sendable () throws -> Void

    /// Creates a flush.
    public init(flush: @escaping @Sendable () throws -> Void) { self.flush = flush }
}

/// A moment as file systems record it.
public struct FileTime: Sendable, Hashable, Comparable {
    /// Whole seconds since 1970-01-01 UTC.
    public var seconds: Int
    /// The rest, below a billion.
    public var nanoseconds: Int

    /// Creates a moment.
    public init(seconds: Int, nanoseconds: Int) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Order by value.
    public static func < (a: FileTime, b: FileTime) -> Bool {
        (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
    }
}

/// A name in a folder, and what is there.
public struct FolderEntry: Sendable, Equatable {
    /// The name, without the folder.
    public var name: String
    /// What is there, links not followed.
    public var status: FileStatus

    /// Creates an entry.
    public init(name: String, status: FileStatus) {
        self.name = name
        self.status = status
    }
}

/// What the file system knows about a path without reading it.
public struct FileStatus: Sendable, Hashable {
    /// What kind of thing is at a path.
    public enum Kind: Sendable, Hashable { case file, folder, link, other }

    /// What is there.
    public var kind: Kind
    /// The file system's number.
    public var device: UInt64
    /// The file's number on its file system.
    public var inode: UInt64
    /// The number of bytes.
    public var size: Int
    /// Time of the last change of the bytes.
    public var modified: FileTime
    /// Time of the last change of the bytes or of what is known about them.
    public var changed: FileTime
    /// Whether the owner may execute it.
    public var executable: Bool
    /// How many names the file has.
    public var names: Int

    /// Creates a status.
    public init(
        kind: Kind, device: UInt64, inode: UInt64, size: Int, modified: FileTime,
        changed: FileTime, executable: Bool, names: Int = 1
    ) {
        self.kind = kind
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
        self.executable = executable
        self.names = names
    }
}

/// A lock that is held until the value goes away.
public final class FileLock: Sendable {
    private let release: @Sendable () -> Void

    /// Creates a lock that `release` gives up.
    public init(release: @escaping @Sendable () -> Void) { self.release = release }

    deinit { release() }
}

/// Something that the file system refused.
public enum FileError: Error, Equatable, CustomStringConvertible {
    /// `code` is the `errno`.
    case failed(action: String, path: String, code: Int32)
    case notAFileOrFolder(path: String)
    case outside(path: String, root: String)
    case linkLoop(path: String)
    case nameNotText(folder: String)
    /// The lock of a project on a share would keep nobody out who works on it from elsewhere.
    case lockIsLocal(path: String, folder: String, option: String)

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .failed(let action, let path, let code):
            "cannot \(action) '\(path)': \(FileError.words(for: code))"
                + (FileError.hint(for: code).map { "\nhint: \($0)" } ?? "")
        case .notAFileOrFolder(let path):
            """
            '\(path)' is neither a file nor a folder
              expected: a regular file or a folder
              found:    a pipe, a socket, a device or a broken link
            """
        case .outside(let path, let root):
            """
            '\(path)' leads outside the project
              project: \(root)
            hint: copy the data into the project; what lies outside cannot be tracked
            """
        case .linkLoop(let path): "'\(path)' is a symbolic link to a folder above itself"
        case .nameNotText(let folder): "a file name in '\(folder)' is not UTF-8"
        case .lockIsLocal(let path, let folder, let option):
            """
            '\(path)' cannot be locked for everybody: '\(folder)' keeps locks to this machine
              expected: a share whose locks reach its server
              found:    mounted with '\(option)'
            hint: mount it without '\(option)', or work on a disk of this machine and use the share as a remote
            """
        }
    }
}
