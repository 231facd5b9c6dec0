import ContentStore
import Synchronization

/// A file system in memory whose clock is its own: quick, and the same every time.
final class MemoryFileSystem: FileSystem {
    private struct Node {
        var inode: UInt64
        /// nil for a folder.
        var bytes: [UInt8]?
        var executable = false
        var modified: FileTime
        var changed: FileTime
        var names: Set<String> = []
    }

    private struct State {
        var nodes: [String: Node] = [:]
        var locks: [String: Int] = [:]
        var lastInode: UInt64 = 1
        var ticks = 0
    }

    private let state: Mutex<State>

    init() {
        var state = State()
        state.nodes["/"] = MemoryFileSystem.node(nil, &state)
        self.state = Mutex(state)
    }

    private static func time(_ state: inout State) -> FileTime {
        // Far enough apart for every change to be told from the next.
        state.ticks += 1
        return FileTime(seconds: 1_000_000 + state.ticks, nanoseconds: 1)
    }

    private static func node(_ bytes: [UInt8]?, _ state: inout State) -> Node {
        state.lastInode += 1
        let time = time(&state)
        return Node(inode: state.lastInode, bytes: bytes, modified: time, changed: time)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        return (folder, String(path[path.index(after: slash)...]))
    }

    private static func failure(_ action: String, _ path: String, _ code: Int32 = 2) -> FileError {
        .failed(action: action, path: path, code: code)
    }

    private static func put(_ node: Node, at path: String, _ state: inout State) throws {
        let (folder, name) = split(path)
        guard state.nodes[folder] != nil, state.nodes[folder]?.bytes == nil else {
            throw failure("write", path)
        }
        state.nodes[path] = node
        state.nodes[folder]?.names.insert(name)
    }

    private static func take(_ path: String, _ state: inout State) -> Node? {
        let (folder, name) = split(path)
        state.nodes[folder]?.names.remove(name)
        return state.nodes.removeValue(forKey: path)
    }

    private static func move(_ path: String, to new: String, _ state: inout State) throws {
        guard var node = take(path, &state) else { throw failure("rename", path) }
        let names = node.names
        node.changed = time(&state)
        node.names = []
        try put(node, at: new, &state)
        for name in names {
            guard let child = state.nodes.removeValue(forKey: "\(path)/\(name)") else { continue }
            state.nodes["\(path)/\(name)"] = child
            try move("\(path)/\(name)", to: "\(new)/\(name)", &state)
        }
    }

    private static func removeTree(_ path: String, _ state: inout State) {
        guard let node = take(path, &state) else { return }
        for name in node.names { removeTree("\(path)/\(name)", &state) }
    }

    private static func makeFolders(_ path: String, _ state: inout State) throws {
        if let node = state.nodes[path] {
            if node.bytes != nil { throw failure("create", path, 17) }
            return
        }
        try makeFolders(split(path).folder, &state)
        try put(node(nil, &state), at: path, &state)
    }

    func status(_ path: String) throws -> FileStatus? {
        state.withLock { state in
            state.nodes[path].map { node in
                FileStatus(
                    kind: node.bytes == nil ? .folder : .file, device: 1, inode: node.inode,
                    size: node.bytes?.count ?? 0, modified: node.modified, changed: node.changed,
                    executable: node.executable)
            }
        }
    }
    func linkStatus(_ path: String) throws -> FileStatus? { try status(path) }
    func resolve(_ path: String) throws -> String? { try status(path) == nil ? nil : path }
    func list(_ folder: String) throws -> [String] {
        try state.withLock { state in
            guard let node = state.nodes[folder] else {
                throw MemoryFileSystem.failure("list", folder)
            }
            return Array(node.names)
        }
    }
    func read(_ path: String, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
        let bytes = state.withLock { $0.nodes[path]?.bytes }
        guard let bytes else { throw MemoryFileSystem.failure("read", path) }
        try bytes.withUnsafeBytes(piece)
    }
    func now() -> FileTime { state.withLock { MemoryFileSystem.time(&$0) } }

    func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try state.withLock { state in
            guard state.nodes[path] == nil else {
                throw MemoryFileSystem.failure("create", path, 17)
            }
            var node = MemoryFileSystem.node(bytes, &state)
            node.executable = mode & 0o100 != 0
            try MemoryFileSystem.put(node, at: path, &state)
        }
    }
    func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let copied = bytes(at: source)
        guard let copied else { throw MemoryFileSystem.failure("copy", source) }
        try copied.withUnsafeBytes(piece)
        try create(path, copied, mode: mode)
    }
    func synchronise(_ path: String) throws {}
    func rename(_ path: String, to new: String) throws {
        try state.withLock { state in
            if state.nodes[new]?.bytes != nil { _ = MemoryFileSystem.take(new, &state) }
            guard state.nodes[new] == nil else { throw MemoryFileSystem.failure("rename", new, 39) }
            try MemoryFileSystem.move(path, to: new, &state)
        }
    }
    func makeFolder(_ path: String) throws {
        try state.withLock { try MemoryFileSystem.makeFolders(path, &$0) }
    }
    func remove(_ path: String) throws {
        state.withLock { MemoryFileSystem.removeTree(path, &$0) }
    }
    func lock(_ path: String, shared: Bool) throws -> FileLock? {
        let isFree = try state.withLock { state in
            let holders = state.locks[path] ?? 0
            // Alone it is held minus one time.
            guard shared ? holders >= 0 : holders == 0 else { return false }
            state.locks[path] = shared ? holders + 1 : -1
            if state.nodes[path] == nil {
                try MemoryFileSystem.put(MemoryFileSystem.node([], &state), at: path, &state)
            }
            return true
        }
        guard isFree else { return nil }
        return FileLock { [self] in
            state.withLock { $0.locks[path] = shared ? ($0.locks[path] ?? 1) - 1 : 0 }
        }
    }

    // MARK: - For tests

    func bytes(at path: String) -> [UInt8]? { state.withLock { $0.nodes[path]?.bytes } }

    func text(_ path: String) -> String? {
        bytes(at: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Puts a file in place, with the folders above it.
    func write(_ text: String, to path: String) throws {
        try state.withLock { state in
            try MemoryFileSystem.makeFolders(MemoryFileSystem.split(path).folder, &state)
            _ = MemoryFileSystem.take(path, &state)
            try MemoryFileSystem.put(
                MemoryFileSystem.node(Array(text.utf8), &state), at: path, &state)
        }
    }
}
