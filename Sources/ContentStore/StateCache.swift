import Synchronization

/// The digests of files whose status has not changed since they were read, so that a run in which
/// nothing changed reads no data.
///
/// The file `.nlpipe/state` only saves time: damaged or absent, it is built again.
public final class StateCache: Sendable {
    struct Entry: Equatable {
        var inode: UInt64
        var size: Int
        var modified: FileTime
        var changed: FileTime
        var digest: Digest
    }

    private struct Contents {
        var entries: [String: Entry] = [:]
        var used: Set<String> = []
        var dirty = false
        var isRead = false
    }

    static let header = "nlpipe state 1"

    private let path: String
    private let algorithm: Digest.Algorithm
    private let fileSystem: any FileSystem
    private let contents: Mutex<Contents>

    /// Opens the cache at `path`; it is read when it is first asked.
    public init(
        path: String, algorithm: Digest.Algorithm = .sha256, fileSystem: any FileSystem
    ) {
        self.path = path
        self.algorithm = algorithm
        self.fileSystem = fileSystem
        contents = Mutex(Contents())
    }

    private func withContents<Result>(_ body: (inout Contents) throws -> Result) rethrows -> Result
    {
        try contents.withLock { contents in
            if !contents.isRead {
                contents.isRead = true
                contents.entries =
                    StateCache.parse((try? fileSystem.bytes(of: path)) ?? [], algorithm) ?? [:]
            }
            return try body(&contents)
        }
    }

    func digest(of name: String, _ status: FileStatus) -> Digest? {
        withContents { contents in
            guard let entry = contents.entries[name],
                entry == Entry(status, entry.digest)
            else { return nil }
            contents.used.insert(name)
            return entry.digest
        }
    }

    /// Remembers a digest, unless the file is so young that a later change in the same tick of the
    /// file system's clock would go unseen.
    ///
    /// - Parameter before: a moment before the bytes that `digest` belongs to were last known to be
    ///   in place; whatever changes the file afterwards leaves a time that is not earlier.
    func record(_ name: String, _ status: FileStatus, _ digest: Digest, before: FileTime) {
        let old = status.modified.adding(nanoseconds: status.modified.tick) < before
        withContents { contents in
            let entry = old ? Entry(status, digest) : nil
            if contents.entries[name] != entry { contents.dirty = true }
            contents.entries[name] = entry
            contents.used.insert(name)
        }
    }

    /// Writes what was learned, leaving out files that are gone.
    ///
    /// - Parameters:
    ///   - root: the folder that names are relative to.
    ///   - temporary: a path on the same file system where nothing is.
    public func save(root: String, temporary: String) throws {
        let entries: [String: Entry]? = withContents { contents in
            guard contents.dirty else { return nil }
            contents.dirty = false
            let used = contents.used
            contents.entries = contents.entries.filter { name, _ in
                used.contains(name) || (try? fileSystem.status(join(root, name))) != nil
            }
            return contents.entries
        }
        guard let entries else { return }
        try fileSystem.replace(path, with: StateCache.text(entries), temporary: temporary)
    }

    static func text(_ entries: [String: Entry]) -> [UInt8] {
        var text = header + "\n"
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            text += "\(entry.inode) \(entry.size) "
            text += "\(entry.modified.seconds) \(entry.modified.nanoseconds) "
            text += "\(entry.changed.seconds) \(entry.changed.nanoseconds) "
            text += "\(entry.digest) \(PathText.escape(name))\n"
        }
        return Array((text + "sha256 \(Digest(of: text))\n").utf8)
    }

    /// Reads what `text` wrote; nil for anything else.
    static func parse(
        _ bytes: [UInt8], _ algorithm: Digest.Algorithm = .sha256
    ) -> [String: Entry]? {
        let trailer = 72  // "sha256 ", 64 digits, newline
        guard bytes.count > trailer else { return nil }
        let body = Array(bytes.dropLast(trailer))
        guard Array("sha256 \(Digest(of: body))\n".utf8) == Array(bytes.suffix(trailer)),
            let text = String(validating: body, as: UTF8.self)
        else { return nil }
        var entries: [String: Entry] = [:]
        let lines = text.split(separator: "\n")
        guard lines.first == StateCache.header[...] else { return nil }
        for line in lines.dropFirst() {
            let fields = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: false)
            let numbers = fields.prefix(6).compactMap { Int($0) }
            guard fields.count == 8, numbers.count == 6, let inode = UInt64(exactly: numbers[0]),
                let digest = Digest(hex: fields[6], algorithm),
                let name = PathText.unescape(fields[7])
            else { return nil }
            entries[name] = Entry(
                inode: inode, size: numbers[1],
                modified: FileTime(seconds: numbers[2], nanoseconds: numbers[3]),
                changed: FileTime(seconds: numbers[4], nanoseconds: numbers[5]), digest: digest)
        }
        return entries
    }
}

extension StateCache.Entry {
    init(_ status: FileStatus, _ digest: Digest) {
        self.init(
            inode: status.inode, size: status.size, modified: status.modified,
            changed: status.changed, digest: digest)
    }
}

extension FileTime {
    /// How far apart two changes have to be to be told apart, with a margin.
    ///
    /// File systems that keep whole seconds show it.
    var tick: Int { nanoseconds == 0 ? 2_000_000_000 : 50_000_000 }

    func adding(nanoseconds more: Int) -> FileTime {
        let sum = nanoseconds + more
        return FileTime(
            seconds: seconds + sum / 1_000_000_000, nanoseconds: sum % 1_000_000_000)
    }
}
