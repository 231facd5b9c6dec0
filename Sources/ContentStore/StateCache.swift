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
        /// Folders that were read or learned; nil where nothing is known.
        var folders: [String: FolderState?] = [:]
        var dirtyFolders: Set<String> = []
    }

    static let header = "nlpipe state 1"

    private let path: String
    private let fileSystem: any FileSystem
    private let algorithm: Digest.Algorithm
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
        withContents { contents in
            let entry = status.isSettled(at: before) ? Entry(status, digest) : nil
            if contents.entries[name] != entry { contents.dirty = true }
            contents.entries[name] = entry
            contents.used.insert(name)
        }
    }

    /// What is known of the folder of that name; it is read when it is first asked for.
    func folder(_ name: String) -> FolderState? {
        if let known = contents.withLock({ $0.folders[name] }) { return known }
        let file = file(of: name)
        let size = (try? fileSystem.linkStatus(file))?.size
        let read = size.flatMap { try? fileSystem.bytes(of: file, expecting: $0) }
            .flatMap { FolderState(bytes: $0, algorithm) }
        return contents.withLock { contents in
            if let known = contents.folders[name] { return known }
            contents.folders[name] = .some(read)
            return read
        }
    }

    /// Remembers a folder; like `record`, file by file.
    func record(
        folder name: String, _ leaves: [FileTree.Leaf], _ digests: [Digest], _ content: Content,
        before: FileTime
    ) {
        let state = FolderState(
            content: content,
            files: zip(leaves, digests).map { leaf, digest in
                FolderState.File(
                    path: leaf.path,
                    status: leaf.status.isSettled(at: before)
                        ? FolderState.Stamp(leaf.status) : nil,
                    executable: leaf.status.executable, digest: digest)
            })
        contents.withLock { contents in
            contents.folders[name] = .some(state)
            contents.dirtyFolders.insert(name)
        }
    }

    /// Folders' states are large, and most commands need few of them: each has a file of its own.
    private func file(of name: String) -> String {
        "\(path)-folders/\(Digest(of: name).hex)"
    }

    /// Writes what was learned, leaving out files that are gone.
    ///
    /// Nothing waits for the disk: what a power cut damages is read again.
    ///
    /// - Parameters:
    ///   - root: the folder that names are relative to.
    ///   - temporary: a path on the same file system where nothing is.
    public func save(root: String, temporary: String) throws {
        try saveFolders(temporary)
        let entries: [String: Entry]? = contents.withLock { contents in
            guard contents.dirty else { return nil }
            contents.dirty = false
            let used = contents.used
            contents.entries = contents.entries.filter { name, _ in
                used.contains(name) || (try? fileSystem.status(join(root, name))) != nil
            }
            return contents.entries
        }
        guard let entries else { return }
        try replace(path, with: StateCache.text(entries), temporary)
    }

    private func saveFolders(_ temporary: String) throws {
        let dirty: [(String, FolderState)] = contents.withLock { contents in
            defer { contents.dirtyFolders = [] }
            return contents.dirtyFolders.compactMap { name in
                contents.folders[name].flatMap { $0 }.map { (name, $0) }
            }
        }
        guard !dirty.isEmpty else { return }
        try fileSystem.makeFolder("\(path)-folders")
        for (name, state) in dirty { try replace(file(of: name), with: state.bytes, temporary) }
        try sweepFolders()
    }

    /// Forgets the folders that were not looked at for the longest time, once there are many.
    private func sweepFolders() throws {
        let folder = "\(path)-folders"
        let entries = try fileSystem.entries(folder)
        guard entries.count > StateCache.mostFolders else { return }
        let oldest = entries.sorted { $0.status.modified < $1.status.modified }
        for entry in oldest.prefix(entries.count - StateCache.mostFolders / 2) {
            try fileSystem.remove("\(folder)/\(entry.name)")
        }
    }

    private static let mostFolders = 1024

    private func replace(_ path: String, with bytes: [UInt8], _ temporary: String) throws {
        try fileSystem.createUnflushed(temporary, bytes, mode: 0o644)
        do { try fileSystem.rename(temporary, to: path) } catch {
            try? fileSystem.remove(temporary)
            throw error
        }
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
        guard Array("sha256 \(Digest(of: body))\n".utf8) == Array(bytes.suffix(trailer))
        else { return nil }
        var lines = body.split(separator: UInt8(ascii: "\n"))[...]
        guard let first = lines.popFirst(), first.elementsEqual(StateCache.header.utf8) else {
            return nil
        }
        var entries: [String: Entry] = [:]
        entries.reserveCapacity(lines.count)
        for line in lines {
            var fields = Fields(rest: line)
            guard let inode = fields.number(), let size = fields.number(),
                let modified = fields.time(), let changed = fields.time(),
                let digest = fields.digest(algorithm),
                let text = String(validating: fields.rest, as: UTF8.self),
                let name = PathText.unescape(text[...])
            else { return nil }
            entries[name] = Entry(
                inode: UInt64(inode), size: size, modified: modified, changed: changed,
                digest: digest)
        }
        return entries
    }

    /// The fields of a line, each with a space behind it.
    private struct Fields {
        var rest: ArraySlice<UInt8>

        private mutating func next() -> ArraySlice<UInt8>? {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")) else { return nil }
            defer { rest = rest[(space + 1)...] }
            return rest[..<space]
        }

        mutating func number() -> Int? {
            guard let digits = next(), !digits.isEmpty, digits.count < 19 else { return nil }
            var value = 0
            for byte in digits {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }

        mutating func time() -> FileTime? {
            guard let seconds = number(), let nanoseconds = number() else { return nil }
            return FileTime(seconds: seconds, nanoseconds: nanoseconds)
        }

        mutating func digest(_ algorithm: Digest.Algorithm) -> Digest? {
            next().flatMap { Digest(hex: String(decoding: $0, as: UTF8.self), algorithm) }
        }
    }
}

extension StateCache.Entry {
    init(_ status: FileStatus, _ digest: Digest) {
        self.init(
            inode: status.inode, size: status.size, modified: status.modified,
            changed: status.changed, digest: digest)
    }
}

extension FileStatus {
    /// Whether a change after `time` would be seen by its own time.
    func isSettled(at time: FileTime) -> Bool {
        modified.adding(nanoseconds: modified.tick) < time
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
