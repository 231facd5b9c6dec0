/// What is known of a folder since it was last looked at: every file's status and digest, and what
/// they make together.
///
/// A folder in which nothing changed costs a walk and a comparison; its files are not looked up one
/// by one, and its manifest is not made.
struct FolderState: Sendable, Equatable {
    struct File: Sendable, Equatable {
        /// Relative to the folder.
        var path: String
        /// Nil for a file so young that a later change might go unseen.
        var status: Stamp?
        var executable: Bool
        var digest: Digest
    }

    /// The part of a file's status that changes whenever its bytes do.
    struct Stamp: Sendable, Equatable {
        var inode: UInt64
        var size: Int
        var modified: FileTime
        var changed: FileTime

        init(_ status: FileStatus) {
            inode = status.inode
            size = status.size
            modified = status.modified
            changed = status.changed
        }
    }

    var content: Content
    /// In the order of the walk.
    var files: [File]

    /// The digests of a tree's files as far as they are known.
    func digests(of leaves: [FileTree.Leaf]) -> [Digest?] {
        // Mostly a file is where it was; only after one came or went the others are looked up.
        var places: [String: Int]?
        return leaves.indices.map { index in
            let leaf = leaves[index]
            var place = index < files.count && files[index].path == leaf.path ? index : nil
            if place == nil {
                let known =
                    places
                    ?? Dictionary(
                        files.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { $1 })
                places = known
                place = known[leaf.path]
            }
            guard let place, files[place].status == Stamp(leaf.status) else { return nil }
            return files[place].digest
        }
    }

    /// Whether a tree with these digests is what was there.
    func describes(_ leaves: [FileTree.Leaf], _ digests: [Digest]) -> Bool {
        files.count == leaves.count
            && files.indices.allSatisfy { index in
                files[index].digest == digests[index] && files[index].path == leaves[index].path
                    && files[index].executable == leaves[index].status.executable
            }
    }
}

/// The bytes of a folder's state: a header, numbers of 8 bytes, and a digest over everything.
extension FolderState {
    private static let header = Array("nlpipe folder state 1\n".utf8)
    private static let trailer = 32

    var bytes: [UInt8] {
        var bytes = FolderState.header
        bytes.reserveCapacity(files.count * 128 + 256)
        func add(_ number: Int) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func add(_ text: String) {
            add(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }
        add(content.digest.name)
        add(content.size)
        add(files.count)
        for file in files {
            add(file.path)
            add((file.executable ? 1 : 0) + (file.status == nil ? 2 : 0))
            file.digest.append(to: &bytes)
            guard let status = file.status else { continue }
            add(Int(bitPattern: UInt(status.inode)))
            add(status.size)
            for time in [status.modified, status.changed] {
                add(time.seconds)
                add(time.nanoseconds)
            }
        }
        Digest(of: bytes).append(to: &bytes)
        return bytes
    }

    /// Reads what `bytes` gave; nil for anything else.
    init?(bytes: [UInt8], _ algorithm: Digest.Algorithm) {
        guard bytes.count > FolderState.header.count + FolderState.trailer else { return nil }
        let end = bytes.count - FolderState.trailer
        let sum = bytes.withUnsafeBytes { buffer in
            var digester = Digester(.sha256)
            digester.update(UnsafeRawBufferPointer(rebasing: buffer[..<end]))
            return digester.finish()
        }
        guard Digest(bytes: bytes[end...]) == sum, bytes.starts(with: FolderState.header) else {
            return nil
        }
        var reader = Reader(bytes: bytes, place: FolderState.header.count, end: end)
        guard let name = reader.text(), let digest = Digest(name: name, algorithm),
            let size = reader.number(),
            let count = reader.number(), count >= 0, count <= bytes.count
        else { return nil }
        files = []
        files.reserveCapacity(count)
        for _ in 0..<count {
            guard let file = reader.file(algorithm) else { return nil }
            files.append(file)
        }
        guard reader.place == end else { return nil }
        content = Content(digest: digest, size: size, form: .folder(files: count))
    }

    private struct Reader {
        let bytes: [UInt8]
        var place: Int
        let end: Int

        mutating func number() -> Int? {
            guard end - place >= 8 else { return nil }
            defer { place += 8 }
            return bytes.withUnsafeBytes {
                Int(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Int.self))
            }
        }

        mutating func text() -> String? {
            guard let count = number(), count >= 0, count <= end - place else { return nil }
            defer { place += count }
            return String(validating: bytes[place..<place + count], as: UTF8.self)
        }

        mutating func time() -> FileTime? {
            guard let seconds = number(), let nanoseconds = number() else { return nil }
            return FileTime(seconds: seconds, nanoseconds: nanoseconds)
        }

        mutating func file(_ algorithm: Digest.Algorithm) -> File? {
            guard let path = text(), let marks = number(), (0...3).contains(marks),
                end - place >= algorithm.bytes
            else { return nil }
            let digest = Digest(bytes: bytes[place..<place + algorithm.bytes], algorithm)
            place += algorithm.bytes
            var file = File(path: path, status: nil, executable: marks & 1 == 1, digest: digest)
            guard marks & 2 == 0 else { return file }
            guard let inode = number(), let size = number(), let modified = time(),
                let changed = time()
            else { return nil }
            file.status = Stamp(
                inode: UInt64(UInt(bitPattern: inode)), size: size, modified: modified,
                changed: changed)
            return file
        }
    }
}

extension FolderState.Stamp {
    init(inode: UInt64, size: Int, modified: FileTime, changed: FileTime) {
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }
}
