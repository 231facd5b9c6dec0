extension ObjectStore {
    /// Up to so many bytes a file is held in memory until it is known whether its object stands.
    static let smallFile = 1 << 20

    /// A file of a tree, and where a copy waits for its name; nil where its object stands.
    private struct Taken {
        var file: Manifest.File
        var temporary: String?
    }

    /// How the files of one tree are taken.
    private struct Intake {
        var path: String
        var scratch: Scratch
        /// Flushes the device of that number as a whole; where nil, files are flushed one by one.
        var flush: FileFlush?
        var flushedDevice: UInt64?
        /// A moment before the first file is read.
        var before: FileTime
    }

    /// Copies the files of a tree into the store, but those whose objects stand there.
    ///
    /// - Parameters:
    ///   - path: the absolute path where the tree was found.
    ///   - known: the digests of its files as far as they are known; none for no tree.
    func put(
        _ tree: FileTree, at path: String, known: [Digest?] = [], scratch: Scratch
    ) throws -> Manifest {
        let flush = try many(tree.leaves.count) ? fileSystem.beginFlush(of: scratch.folder) : nil
        // Many copies get a folder of their own, for which the file system looks for room.
        let scratch = flush == nil ? scratch : Scratch(folder: scratch.next())
        if flush != nil { try fileSystem.makeFolder(scratch.folder) }
        defer { if flush != nil { try? fileSystem.remove(scratch.folder) } }
        let intake = Intake(
            path: path, scratch: scratch, flush: flush,
            flushedDevice: try flush == nil ? nil : fileSystem.status(scratch.folder)?.device,
            before: fileSystem.now())
        let indices = Array(tree.leaves.indices)
        let taken = try Parallel.map(indices, from: flush == nil ? .max : 8) { index in
            try take(
                tree.leaves[index], known: index < known.count ? known[index] : nil, intake)
        }
        let manifest = Manifest(
            isFolder: tree.isFolder, files: taken.map(\.file), format: layout.format)
        var made = taken.compactMap { taken in
            taken.temporary.map { (digest: taken.file.digest, temporary: $0) }
        }
        if manifest.isFolder, let temporary = try list(manifest, intake) {
            made.append((manifest.content.digest, temporary))
        }
        try flush?.flush()
        if tree.isFolder, flush == nil {
            // A folder that is put in place later has to be whole after a power cut.
            try fileSystem.synchroniseFolders(of: tree.leaves.lazy.map(\.path), in: path)
        }
        try name(made, standing: taken.lazy.map(\.file.digest) + [manifest.content.digest])
        return manifest
    }

    private func take(
        _ leaf: FileTree.Leaf, known: Digest?, _ intake: Intake
    ) throws -> Taken {
        let source = join(intake.path, leaf.path)
        let size = leaf.status.size
        var bytes: [UInt8] = []
        var digest = known
        if try known.map({ try !has($0, size: size) }) ?? true, size <= ObjectStore.smallFile {
            bytes.reserveCapacity(size)
            try readWhole(source, leaf.status) { bytes.append(contentsOf: $0) }
            digest = Digest(of: bytes, layout.algorithm)
        }
        let name = try digest ?? self.digest(of: source, leaf.status)
        let file = Manifest.File(
            path: leaf.path, digest: name, size: size, executable: leaf.status.executable)
        var temporary: String?
        if try !has(name, size: size) {
            let copy = intake.scratch.next()
            if size <= ObjectStore.smallFile {
                try create(copy, bytes, flushing: intake.flush == nil)
            } else {
                // A file that was settled before it was read cannot have changed unseen since.
                let isSettled = known != nil || leaf.status.isSettled(at: intake.before)
                try self.copy(
                    source, leaf.status, to: copy, as: isSettled ? nil : name,
                    flushing: intake.flush == nil)
            }
            temporary = copy
        }
        // The file keeps its place in the workspace: its bytes must survive a power cut too.
        if leaf.status.device != intake.flushedDevice { try fileSystem.synchronise(source) }
        return Taken(file: file, temporary: temporary)
    }

    /// Writes the list of a folder's files; nil where it stands.
    private func list(_ manifest: Manifest, _ intake: Intake) throws -> String? {
        let digest = manifest.content.digest
        let bytes = manifest.bytes
        if try has(digest, size: bytes.count), try isSound(digest) { return nil }
        let temporary = intake.scratch.next()
        try create(temporary, bytes, flushing: intake.flush == nil)
        return temporary
    }

    private func digest(of path: String, _ status: FileStatus) throws -> Digest {
        var digester = Digester(layout.algorithm)
        try readWhole(path, status) { digester.update($0) }
        return digester.finish()
    }

    private func readWhole(
        _ path: String, _ status: FileStatus, _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard try fileSystem.read(path, as: status, piece) else {
            throw ObjectError.changedWhileRead(path: path)
        }
    }

    private func create(_ path: String, _ bytes: [UInt8], flushing: Bool) throws {
        if flushing {
            try fileSystem.create(path, bytes, mode: 0o444)
        } else {
            try fileSystem.createUnflushed(path, bytes, mode: 0o444)
        }
    }

    /// Copies a file that has a status and, where `digest` is not nil, a digest.
    private func copy(
        _ source: String, _ status: FileStatus, to path: String, as digest: Digest?, flushing: Bool
    ) throws {
        var digester = Digester(layout.algorithm)
        try copy(source, to: path, mode: 0o444, flushing: flushing) {
            if digest != nil { digester.update($0) }
        }
        let found = digester.finish()
        guard try fileSystem.status(source) == status, digest.map({ $0 == found }) ?? true else {
            try fileSystem.remove(path)
            throw ObjectError.changedWhileRead(path: source)
        }
    }
}
