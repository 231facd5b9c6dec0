import Glibc

/// The machine's file system, over system calls.
public struct LocalFileSystem: FileSystem {
    /// False leaves out every flush to the disk; only for tests, which do not survive a power cut.
    let durable: Bool

    /// Creates a file system.
    public init(durable: Bool = true) { self.durable = durable }

    /// What is at `path`, by `stat`.
    public func status(_ path: String) throws -> FileStatus? {
        var info = stat()
        guard stat(path, &info) != 0 else { return FileStatus(info) }
        if errno == ELOOP { throw FileError.linkLoop(path: path) }
        return try LocalFileSystem.absent("look at", path)
    }

    /// What is at `path` itself, by `lstat`.
    public func linkStatus(_ path: String) throws -> FileStatus? {
        var info = stat()
        guard lstat(path, &info) != 0 else { return FileStatus(info) }
        return try LocalFileSystem.absent("look at", path)
    }

    /// What is at paths in a folder that is looked for once, by `fstatat`.
    public func statuses(of paths: [String], in folder: String) throws -> [FileStatus?] {
        let top =
            Failpoint.strikes(.open) ? -1 : open(folder, Self.path | O_DIRECTORY | O_CLOEXEC)
        guard top >= 0 else {
            _ = try LocalFileSystem.absent("look at", folder) as FileStatus?
            return paths.map { _ in nil }
        }
        defer { close(top) }
        return try paths.map { path in
            var info = stat()
            guard fstatat(top, path, &info, AT_SYMLINK_NOFOLLOW) != 0 else {
                return FileStatus(info)
            }
            return try LocalFileSystem.absent("look at", "\(folder)/\(path)")
        }
    }

    /// `O_PATH`, which Swift's view of glibc leaves out: nothing is read through it.
    private static let path: Int32 = 0x20_0000

    /// The path without links, by `realpath`.
    public func resolve(_ path: String) throws -> String? {
        guard let resolved = realpath(path, nil) else {
            if errno == ELOOP { throw FileError.linkLoop(path: path) }
            return try LocalFileSystem.absent("resolve", path)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The names in a folder; a name that is not UTF-8 is an error.
    public func list(_ folder: String) throws -> [String] {
        var names: [String] = []
        try forEachName(in: folder) { name, _ in names.append(name) }
        return names
    }

    /// Names and what is there, by one system call each that need not look for the folder again.
    public func entries(_ folder: String) throws -> [FolderEntry] {
        var entries: [FolderEntry] = []
        try forEachName(in: folder) { name, descriptor in
            var info = stat()
            guard fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else {
                if errno == ENOENT { return }
                throw FileError.last("look at", "\(folder)/\(name)")
            }
            entries.append(FolderEntry(name: name, status: FileStatus(info)))
        }
        return entries
    }

    private func forEachName(
        in folder: String, _ body: (_ name: String, _ folder: Int32) throws -> Void
    ) throws {
        guard !Failpoint.strikes(.open), let stream = opendir(folder) else {
            throw FileError.last("list", folder)
        }
        defer { closedir(stream) }
        let descriptor = dirfd(stream)
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(
                    to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)
                ) { String(validatingCString: $0) }
            }
            guard let name else { throw FileError.nameNotText(folder: folder) }
            if name != "." && name != ".." { try body(name, descriptor) }
            errno = 0
        }
        guard errno == 0 else { throw FileError.last("list", folder) }
    }

    /// Reads a regular file in pieces of at most a mebibyte; anything else is an error, not a hang.
    public func read(_ path: String, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
        // Not blocking: a pipe that took the file's place must not hang us.
        let file = try Descriptor(path, O_RDONLY | O_NONBLOCK, action: "open")
        guard try file.status().kind == .file else {
            throw FileError.notAFileOrFolder(path: path)
        }
        try file.forEachPiece(piece)
    }

    /// Reads as many bytes as the status says, and asks the open file, which costs less than asking
    /// for the path again.
    public func read(
        _ path: String, as status: FileStatus, _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        let file = try Descriptor(path, O_RDONLY | O_NONBLOCK, action: "open")
        // A pipe or a device that took the file's place is not read.
        guard status.kind == .file else { throw FileError.notAFileOrFolder(path: path) }
        if status.size > Descriptor.pieceSize, try file.status() != status { return false }
        try file.forEachPiece(of: status.size, piece)
        return try file.status() == status
    }

    /// The system's clock.
    public func now() -> FileTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return FileTime(time)
    }

    /// Creates a file with exactly `mode`, whatever the process's mask.
    public func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try create(path, bytes, mode: mode, flushing: durable)
    }

    /// Creates, and leaves it to the system when the bytes reach the disk.
    public func createUnflushed(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try create(path, bytes, mode: mode, flushing: false)
    }

    private func create(_ path: String, _ bytes: [UInt8], mode: UInt32, flushing: Bool) throws {
        let file = try Descriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode, action: "create")
        do {
            try bytes.withUnsafeBytes { try file.write($0) }
            try file.finish(mode: mode, durable: flushing)
        } catch {
            // Never tried again on this file: the kernel may have let go of what it could not write.
            unlink(path)
            throw error
        }
    }

    /// Copies by sharing the blocks where the file system can (XFS, Btrfs), else by reading and
    /// writing.
    public func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try copy(source, to: path, mode: mode, flushing: durable, piece)
    }

    /// Copies, and leaves flushing to `beginFlush`.
    public func copyUnflushed(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try copy(source, to: path, mode: mode, flushing: false, piece)
    }

    private func copy(
        _ source: String, to path: String, mode: UInt32, flushing: Bool,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let input = try Descriptor(source, O_RDONLY | O_NONBLOCK, action: "open")
        let status = try input.status()
        guard status.kind == .file else { throw FileError.notAFileOrFolder(path: source) }
        let output = try Descriptor(path, O_RDWR | O_CREAT | O_EXCL, mode, action: "create")
        do {
            if output.share(input, ofDevice: status.device) {
                // What the copy has: the source may change from now on.
                try output.forEachPiece(of: status.size, piece)
            } else {
                try input.forEachPiece(of: status.size) {
                    try piece($0)
                    try output.write($0)
                }
            }
            output.setModified(status.modified)
            try output.finish(mode: mode, durable: flushing)
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Flushes by `fsync`.
    public func synchronise(_ path: String) throws {
        guard durable else { return }
        let file = try Descriptor(path, O_RDONLY | O_NONBLOCK, action: "open")
        try file.flush()
    }

    /// Flushes the whole file system by `syncfs`, which for many small files takes a fraction of the
    /// time.
    public func beginFlush(of folder: String) throws -> FileFlush? {
        guard durable else { return FileFlush {} }
        // Swift's view of glibc leaves it out.
        guard let symbol = dlsym(nil, "syncfs") else { return nil }
        let syncfs = unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
        // Opened before the first write: only what fails to be written after that is reported.
        let file = try SharedDescriptor(folder)
        return FileFlush {
            guard !Failpoint.strikes(.fsync), syncfs(file.number) == 0 else {
                throw FileError.last("flush", folder)
            }
        }
    }

    private final class SharedDescriptor: Sendable {
        let number: Int32

        init(_ path: String) throws {
            number =
                Failpoint.strikes(.open) ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard number >= 0 else { throw FileError.last("open", path) }
        }

        deinit { close(number) }
    }

    /// Moves by `rename`.
    public func rename(_ path: String, to new: String) throws {
        guard !Failpoint.strikes(.rename), Glibc.rename(path, new) == 0 else {
            throw FileError.last("move '\(path)' to", new)
        }
    }

    /// Creates folders by `mkdir`, also when another process does so meanwhile.
    public func makeFolder(_ path: String) throws {
        func made() -> Bool { !Failpoint.strikes(.mkdir) && mkdir(path, 0o777) == 0 }
        if made() { return }
        if errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
            slash > path.startIndex
        {
            try makeFolder(String(path[..<slash]))
            if made() { return }
        }
        guard errno == EEXIST, try status(path)?.kind == .folder else {
            throw FileError.last("create folder", path)
        }
    }

    /// Removes by `unlink` and `rmdir`; links are not followed.
    public func remove(_ path: String) throws {
        guard !Failpoint.strikes(.unlink) else { throw FileError.last("remove", path) }
        guard unlink(path) != 0 else { return }
        if errno == ENOENT { return }
        guard try linkStatus(path)?.kind == .folder else { throw FileError.last("remove", path) }
        for name in try list(path) { try remove("\(path)/\(name)") }
        guard !Failpoint.strikes(.unlink), rmdir(path) == 0 || errno == ENOENT else {
            throw FileError.last("remove", path)
        }
    }

    /// Takes the lock by `flock`.
    public func lock(_ path: String, shared: Bool) throws -> FileLock? {
        guard !Failpoint.strikes(.lock) else { throw FileError.last("open", path) }
        let own = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        // Another user's file can be locked all the same.
        let isForeign = own < 0 && FileError.isReadOnly(errno)
        let file = isForeign ? open(path, O_RDONLY | O_CLOEXEC) : own
        guard file >= 0 else { throw FileError.last("open", path) }
        guard flock(file, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            let code = errno
            close(file)
            if code == EWOULDBLOCK { return nil }
            throw FileError.failed(action: "lock", path: path, code: code)
        }
        // Says who holds it; the lock itself is the kernel's, so a stale number does no harm.
        let holder = Array("\(getpid())\n".utf8)
        if ftruncate(file, 0) == 0 { _ = Glibc.write(file, holder, holder.count) }
        return FileLock {
            // Said aloud: a child that is just being started may hold a copy of the descriptor.
            flock(file, LOCK_UN)
            close(file)
        }
    }

    /// Asks how the file system is mounted.
    public func requireSharedLocks(at path: String) throws {
        guard let local = LockReach.local(path) else { return }
        throw FileError.lockIsLocal(path: path, folder: local.folder, option: local.option)
    }

    private static func absent<Value>(_ action: String, _ path: String) throws -> Value? {
        guard errno == ENOENT || errno == ENOTDIR else { throw FileError.last(action, path) }
        return nil
    }
}
