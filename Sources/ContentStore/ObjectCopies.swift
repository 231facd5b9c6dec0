import Synchronization

extension ObjectStore {
    /// From so many files on one flush of the whole file system costs less than one a file.
    static let manyFiles = 32

    /// An object that is not there, or not what its name says.
    struct Unsound: Error {}

    /// Copies the files of a tree into the scratch folder, bytes durable there and where they are.
    func copies(
        of tree: FileTree, at path: String, scratch: Scratch
    ) throws -> [(file: Manifest.File, temporary: String)] {
        let flush = try many(tree.leaves.count) ? fileSystem.beginFlush(of: scratch.folder) : nil
        let flushed = try flush == nil ? nil : fileSystem.status(scratch.folder)?.device
        let made = Gathered<(file: Manifest.File, temporary: String)>()
        let copy: @Sendable (FileTree.Leaf) throws -> Void = { leaf in
            let source = join(path, leaf.path)
            let temporary = scratch.next()
            var digester = Digester(layout.algorithm)
            var size = 0
            try self.copy(source, to: temporary, mode: 0o444, flushing: flush == nil) {
                digester.update($0)
                size += $0.count
            }
            guard try fileSystem.status(source) == leaf.status else {
                try fileSystem.remove(temporary)
                throw ObjectError.changedWhileRead(path: source)
            }
            // The file keeps its place in the workspace: its bytes must survive a power cut too.
            if leaf.status.device != flushed { try fileSystem.synchronise(source) }
            made.add(
                (
                    Manifest.File(
                        path: leaf.path, digest: digester.finish(), size: size,
                        executable: leaf.status.executable), temporary
                ))
        }
        try each(tree.leaves, inParallel: flush != nil, copy)
        try flush?.flush()
        if tree.isFolder, flush == nil {
            // A folder that is put in place later has to be whole after a power cut.
            try fileSystem.synchroniseFolders(of: tree.leaves.lazy.map(\.path), in: path)
        }
        return made.all
    }

    /// Copies the objects of a manifest to a path where nothing is; `Unsound` where one is absent or
    /// damaged.
    func build(_ manifest: Manifest, at path: String) throws {
        if manifest.isFolder { try fileSystem.makeFolder(path) }
        var folders: Set<String> = []
        for file in manifest.files where file.path.utf8.contains(UInt8(ascii: "/")) {
            let folder = join(path, file.path).folder
            if folders.insert(folder).inserted { try fileSystem.makeFolder(folder) }
        }
        let flush = try many(manifest.files.count) ? fileSystem.beginFlush(of: path) : nil
        let copy: @Sendable (Manifest.File) throws -> Void = { file in
            let object = self.path(of: file.digest)
            guard try fileSystem.linkStatus(object)?.kind == .file else { throw Unsound() }
            var digester = Digester(layout.algorithm)
            try self.copy(
                object, to: join(path, file.path), mode: file.executable ? 0o755 : 0o644,
                flushing: flush == nil
            ) { digester.update($0) }
            guard digester.finish().hasBytes(of: file.digest) else {
                try setAside(file.digest)
                throw Unsound()
            }
        }
        try each(manifest.files, inParallel: flush != nil, copy)
        try flush?.flush()
        if manifest.isFolder, flush == nil {
            try fileSystem.synchroniseFolders(of: manifest.files.lazy.map(\.path), in: path)
        }
    }

    func copy(
        _ source: String, to path: String, mode: UInt32, flushing: Bool,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if flushing {
            try fileSystem.copy(source, to: path, mode: mode, piece)
        } else {
            try fileSystem.copyUnflushed(source, to: path, mode: mode, piece)
        }
    }

    private func many(_ count: Int) -> Bool { count >= ObjectStore.manyFiles }

    private func each<Item: Sendable>(
        _ items: [Item], inParallel: Bool, _ body: @Sendable (Item) throws -> Void
    ) throws {
        if inParallel { try Parallel.forEach(items, body) } else { try items.forEach(body) }
    }
}

/// What threads put together, in no particular order.
final class Gathered<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }
    func add(_ element: Element) { elements.withLock { $0.append(element) } }
}
