import Glibc
import Synchronization

/// An open file, closed when the value goes away.
///
/// Interrupted and short calls are carried on.
struct Descriptor: ~Copyable {
    static let pieceSize = 1 << 20

    let number: Int32
    private let path: String

    init(_ path: String, _ flags: Int32, _ mode: UInt32 = 0, action: String) throws {
        self.path = path
        number = carriedOn { Failpoint.strikes(.open) ? -1 : open(path, flags | O_CLOEXEC, mode) }
        guard number >= 0 else { throw FileError.last(action, path) }
    }

    deinit { close(number) }

    func status() throws -> FileStatus {
        var info = stat()
        guard fstat(number, &info) == 0 else { throw FileError.last("look at", path) }
        return FileStatus(info)
    }

    /// Reads to the end.
    ///
    /// - Parameter expected: the size where it is known: after so many bytes nothing more is read.
    func forEachPiece(
        of expected: Int? = nil, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        // Small files need no large buffer; one byte more than the size finds the end in one read.
        let size = min(max(try expected ?? status().size + 1, 512), Descriptor.pieceSize)
        // Some files of the kernel say that they are empty.
        var left = expected == 0 ? nil : expected
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let most = Failpoint.allowance(.read, min(buffer.count, left ?? .max))
            let count = carriedOn {
                Failpoint.strikes(.read) ? -1 : Glibc.read(number, buffer.baseAddress, most)
            }
            guard count >= 0 else { throw FileError.last("read", path) }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            left = left.map { $0 - count }
            if let left, left <= 0 { return }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let most = Failpoint.allowance(.write, rest.count)
            let count = carriedOn {
                Failpoint.strikes(.write) ? -1 : Glibc.write(number, rest.baseAddress, most)
            }
            guard count >= 0 else { throw FileError.last("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Makes this empty file a copy of `other` that shares its blocks until either is written to;
    /// false, with nothing done, where the file system cannot.
    ///
    /// - Parameter device: of `other`; one that cannot do it is not asked again.
    func share(_ other: borrowing Descriptor, ofDevice device: UInt64) -> Bool {
        guard !Descriptor.unable.withLock({ $0.contains(device) }) else { return false }
        let clone: UInt = 0x4004_9409  // FICLONE, which C computes in a macro
        if ioctl(number, clone, other.number) == 0 { return true }
        if errno == EOPNOTSUPP || errno == ENOTTY {
            Descriptor.unable.withLock { _ = $0.insert(device) }
        }
        return false
    }

    private static let unable = Mutex<Set<UInt64>>([])

    func setModified(_ time: FileTime) {
        let unchanged = timespec(tv_sec: 0, tv_nsec: 0x3fff_fffe)  // UTIME_OMIT
        let times = [unchanged, timespec(tv_sec: time.seconds, tv_nsec: time.nanoseconds)]
        // Only saves a reading later on: where it is refused nothing is wrong.
        _ = futimens(number, times)
    }

    /// - Parameter mode: what the file was created with; it gets exactly this.
    func finish(mode: UInt32, durable: Bool) throws {
        // Executable files also where a folder's own rules take that away.
        if mode & (Descriptor.mask | 0o111) != 0 {
            guard fchmod(number, mode) == 0 else { throw FileError.last("set the mode of", path) }
        }
        if durable { try flush() }
    }

    /// What the process's mask takes from the modes of new files; all where the kernel does not say.
    ///
    /// Read and not asked for: asking sets it, and other threads make files meanwhile.
    private static let mask: UInt32 = {
        guard let file = fopen("/proc/self/status", "re") else { return 0o777 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("Umask:") else { continue }
            return UInt32(text.dropFirst(6).filter { !$0.isWhitespace }, radix: 8) ?? 0o777
        }
        return 0o777
    }()

    /// Makes the bytes durable; an error is final, for the kernel may have let go of what it could
    /// not write.
    func flush() throws {
        guard carriedOn({ Failpoint.strikes(.fsync) ? -1 : fsync(number) }) == 0 else {
            throw FileError.last("flush", path)
        }
    }
}

/// Makes a system call again for as long as signals interrupt it.
private func carriedOn<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        guard result < 0, errno == EINTR else { return result }
    }
}

extension FileError {
    /// The error that `errno` stands for.
    static func last(_ action: String, _ path: String) -> FileError {
        .failed(action: action, path: path, code: errno)
    }

    /// The `errno` of a move between file systems.
    static var otherFileSystem: Int32 { EXDEV }

    /// Whether an `errno` says that something cannot be written by this user.
    static func isReadOnly(_ code: Int32) -> Bool { [EACCES, EROFS, EPERM].contains(code) }

    /// The system's words for an `errno`.
    static func words(for code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }
}

extension FileError {
    /// What the user can do about an `errno`; nil where the words say it.
    static func hint(for code: Int32) -> String? {
        switch code {
        case ENOSPC, EDQUOT: "make room there, then run again: what was finished stays"
        case EMFILE: "raise the limit of open files with 'ulimit -n'"
        case EROFS, EACCES: "it has to be writable for the user who runs nlpipe"
        case EFBIG: "raise the limit of a file's size with 'ulimit -f'"
        default: nil
        }
    }
}

extension FileTime {
    init(_ time: timespec) { self.init(seconds: time.tv_sec, nanoseconds: time.tv_nsec) }
}

extension FileStatus {
    init(_ info: stat) {
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        device = UInt64(info.st_dev)
        inode = UInt64(info.st_ino)
        size = Int(info.st_size)
        modified = FileTime(info.st_mtim)
        changed = FileTime(info.st_ctim)
        executable = info.st_mode & S_IXUSR != 0
        names = Int(info.st_nlink)
    }
}
