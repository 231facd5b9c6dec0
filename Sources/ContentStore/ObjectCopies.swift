import Synchronization

extension ObjectStore {
    /// From so many files on one flush of the whole file system costs less than one a file.
    static let manyFiles = 32

    /// An object that is not there, or not what its name says.
    struct Unsound: Error {}

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
            guard try has(file.digest, size: nil) else { throw Unsound() }
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

    func many(_ count: Int) -> Bool { count >= ObjectStore.manyFiles }

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
