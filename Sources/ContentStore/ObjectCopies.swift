import Synchronization

extension ObjectStore {
    /// From so many files on one flush of the whole file system costs less than one a file.
    static let manyFiles = 32

    /// An object that is not there, or not what its name says.
    struct Unsound: Error {}

    /// Puts the objects of a manifest at a path where nothing is; `Unsound` where one is absent or
    /// damaged.
    func build(_ manifest: Manifest, at path: String, by types: [LinkType]) throws {
        if manifest.isFolder { try fileSystem.makeFolder(path) }
        var folders: Set<String> = []
        for file in manifest.files where file.path.utf8.contains(UInt8(ascii: "/")) {
            let folder = join(path, file.path).folder
            if folders.insert(folder).inserted { try fileSystem.makeFolder(folder) }
        }
        let flush = try many(manifest.files.count) ? fileSystem.beginFlush(of: path) : nil
        let place: @Sendable (Manifest.File) throws -> Void = { file in
            try self.place(file, at: join(path, file.path), by: types, flushing: flush == nil)
        }
        try each(manifest.files, inParallel: flush != nil, place)
        try flush?.flush()
        if manifest.isFolder, flush == nil {
            try fileSystem.synchroniseFolders(of: manifest.files.lazy.map(\.path), in: path)
        }
    }

    private func place(
        _ file: Manifest.File, at path: String, by types: [LinkType], flushing: Bool
    ) throws {
        let object = self.path(of: file.digest)
        // A link has the mode of its object, and files of which there are many have few bytes.
        let types = file.executable || file.size == 0 ? LinkType.usual : types
        var tried: [String] = []
        for (index, type) in types.enumerated() {
            // A copy shares blocks where it can.
            if type == .reflink, types.dropFirst(index + 1).first == .copy { continue }
            if type == .copy { return try copy(file, to: path, flushing: flushing) }
            guard try has(file.digest, size: nil) else { throw Unsound() }
            do {
                if type.isLink { try require(file.digest) }
                try fileSystem.link(
                    object, to: path, as: type, mode: file.executable ? 0o755 : 0o644)
                if type == .reflink { try require(file.digest, at: path) }
                return
            } catch let error as FileError where error.isUnlinkable {
                guard case .failed(_, _, let code) = error else { throw error }
                tried.append("\(type) (\(FileError.words(for: code)))")
            }
        }
        throw LinkError(object: object, tried: tried)
    }

    private func copy(_ file: Manifest.File, to path: String, flushing: Bool) throws {
        var digester = Digester(layout.algorithm)
        do {
            try copy(
                self.path(of: file.digest), to: path, mode: file.executable ? 0o755 : 0o644,
                flushing: flushing
            ) { digester.update($0) }
        } catch let error as FileError {
            // Mostly it is there: only now it is asked for.
            guard try has(file.digest, size: nil) else { throw Unsound() }
            throw error
        }
        guard digester.finish().hasBytes(of: file.digest) else { throw try unsound(file.digest) }
    }

    /// What a link leads to can be written to through other links: it is read before it gets one
    /// more.
    private func require(_ digest: Digest, at path: String? = nil) throws {
        var digester = Digester(layout.algorithm)
        try fileSystem.read(path ?? self.path(of: digest)) { digester.update($0) }
        guard digester.finish().hasBytes(of: digest) else { throw try unsound(digest) }
    }

    private func unsound(_ digest: Digest) throws -> Unsound {
        try setAside(digest)
        return Unsound()
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
