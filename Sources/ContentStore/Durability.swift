import Synchronization

/// Folders that were made so that a power cut does not take them back.
///
/// Threads that put files into one folder wait for the one that makes it.
public final class DurableFolders: Sendable {
    private let known = Mutex<Set<String>>([])

    /// Creates an empty list.
    public init() {}

    /// Makes folders, unless they were made before; of those beside each other the names become
    /// durable in one go.
    public func make(_ paths: some Sequence<String>, _ fileSystem: any FileSystem) throws {
        try known.withLock { known in
            // A user may have removed one meanwhile.
            let missing = try Set(paths).filter {
                try !known.contains($0) || fileSystem.status($0) == nil
            }
            let parents = Dictionary(grouping: missing, by: \.folder)
            for (parent, folders) in parents.sorted(by: { $0.key < $1.key }) {
                let absent = try folders.filter { try fileSystem.status($0) == nil }.sorted()
                guard !absent.isEmpty else { continue }
                try fileSystem.makeDurableFolder(parent)
                for folder in absent { try fileSystem.makeFolder(folder) }
                try fileSystem.synchronise(parent)
            }
            known.formUnion(missing)
        }
    }
}

extension FileSystem {
    /// Creates a folder and those above it, and makes the names of all that were made durable.
    ///
    /// What is there already is taken for durable: a session that follows one that was killed
    /// flushes everything first.
    public func makeDurableFolder(_ path: String) throws {
        var missing: [String] = []
        var folder = path
        while !folder.isEmpty, try status(folder) == nil {
            missing.append(folder)
            folder = folder.folder
        }
        guard !missing.isEmpty else { return try makeFolder(path) }
        try makeFolder(path)
        for made in missing.reversed() { try synchronise(made.folder) }
    }

    /// Makes the names below a folder durable, the innermost first.
    ///
    /// - Parameter files: the paths of its files, relative to it.
    func synchroniseFolders(of files: some Sequence<String>, in folder: String) throws {
        var folders: Set<String> = [""]
        for file in files {
            var inner = file.folder
            while folders.insert(inner).inserted { inner = inner.folder }
        }
        for inner in folders.sorted(by: >) { try synchronise(join(folder, inner)) }
    }

    /// Makes everything durable that ended processes left in the memory of the machine.
    public func flushAll(of folder: String) throws {
        try beginFlush(of: folder)?.flush()
    }
}
