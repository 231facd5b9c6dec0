#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of a small regular file, nil where it cannot be read.
public func fileContents(_ path: String) -> [UInt8]? {
    guard let file = try? FileBytes(path) else { return nil }
    return file.withBytes { [UInt8]($0) }
}

/// The bytes of a file, mapped into memory: pages are read when they are first touched, and shared
/// with every other process that maps the file.
///
/// The file may be removed or replaced by renaming while this lives; it must not be cut in place.
final class FileBytes: @unchecked Sendable {
    let count: Int
    private let base: UnsafeMutableRawPointer?

    /// Maps a regular file; throws `SafeTensorsError.unreadable`.
    init(_ path: String) throws {
        func fail(_ reason: String) -> SafeTensorsError { .unreadable(path: path, reason: reason) }
        // Not blocking: a pipe in the file's place must not hang us.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw fail(errno == ENOENT ? "it does not exist" : "it is no readable file")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fail("it is no readable file")
        }
        count = Int(status.st_size)
        guard count > 0 else {
            base = nil
            return
        }
        let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else { throw fail(String(cString: strerror(errno))) }
        base = mapped
    }

    deinit {
        if let base { munmap(base, count) }
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) {
            try body(UnsafeRawBufferPointer(start: base, count: count))
        }
    }
}

/// Some bytes of a mapped file; the mapping lives as long as a part of it.
public struct FilePart: Sendable {
    private let file: FileBytes
    private let range: Range<Int>

    init(_ file: FileBytes, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= file.count, "outside the file")
        self.file = file
        self.range = range
    }

    /// Number of bytes.
    public var count: Int { range.count }

    /// Calls `body` with the bytes where they lie in the file, at any alignment.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try file.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
