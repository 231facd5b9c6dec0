import ContentStore
import Foundation
import Synchronization
import TestSupport

/// What is at a path, in memory: a state of a project to compare, and to build again elsewhere.
indirect enum Tree: Equatable {
    case file([UInt8], executable: Bool)
    case folder([String: Tree])
    case link(String)

    /// What is at `path` now; nil where nothing is.
    init?(at path: String) throws {
        let files = LocalFileSystem()
        guard let status = try files.linkStatus(path) else { return nil }
        switch status.kind {
        case .file: self = .file(try files.bytes(of: path), executable: status.executable)
        case .folder:
            var entries: [String: Tree] = [:]
            for name in try files.list(path) { entries[name] = try Tree(at: "\(path)/\(name)") }
            self = .folder(entries)
        case .link:
            self = .link(try FileManager.default.destinationOfSymbolicLink(atPath: path))
        case .other: return nil
        }
    }

    /// Builds it at `path`, where nothing but perhaps a folder is.
    func write(to path: String) throws {
        let files = LocalFileSystem(durable: false)
        switch self {
        case .file(let bytes, let executable):
            try files.create(path, bytes, mode: executable ? 0o755 : 0o644)
        case .folder(let entries):
            try files.makeFolder(path)
            for (name, tree) in entries { try tree.write(to: "\(path)/\(name)") }
        case .link(let target):
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        }
    }

    /// What is at a path relative to it.
    subscript(path: String) -> Tree? {
        path.split(separator: "/").reduce(self) { tree, name in
            guard case .folder(let entries) = tree else { return nil }
            return entries[String(name)]
        }
    }

    /// The paths of all files and links in it.
    var paths: [String] {
        guard case .folder(let entries) = self else { return [""] }
        return entries.flatMap { name, tree in
            tree.paths.map { $0.isEmpty ? name : "\(name)/\($0)" }
        }
    }

    /// The same without what is at a path relative to it.
    func without(_ path: String) -> Tree {
        guard case .folder(var entries) = self else { return self }
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        guard let name = parts.first else { return self }
        entries[name] = parts.count == 1 ? nil : entries[name]?.without(parts[1])
        return .folder(entries)
    }
}

/// How much of what was not flushed a power cut leaves.
enum PowerLoss: CaseIterable {
    /// Nothing.
    case all
    /// Every name; of the bytes only those that were flushed.
    case names
    /// Every folder; of the files only those whose names were flushed.
    case folders
}

/// Knows which bytes and names are on the disk, as a strict reading of POSIX has it: bytes by a flush
/// of their file, names by a flush of their folder.
///
/// What was there in the beginning is on the disk. Commands and modules write past it: that is never
/// flushed before somebody does.
final class PowerLossFileSystem: ForwardingFileSystem {
    private enum Node {
        case file(UInt64, executable: Bool)
        case folder(UInt64)
        case link(String)
    }

    private struct Disk {
        var folders: [UInt64: [String: Node]] = [:]
        var bytes: [UInt64: [UInt8]] = [:]
        /// Open files, so that their numbers are not given to others.
        var pins: [UInt64: FileHandle] = [:]
        /// Of each flush, the path; of a file in the making, the one that it got.
        var log: [String] = []
    }

    let base: any FileSystem = LocalFileSystem(durable: false)
    private let roots: [String]
    private let disk = Mutex(Disk())
    /// The flush that is left out, from 1.
    private let skipped: Int?

    /// - Parameter unflushed: paths, relative to the first root, that are not on the disk yet.
    init(_ roots: [String], unflushed: [String] = [], skippingFlush skipped: Int? = nil) throws {
        self.roots = roots
        self.skipped = skipped
        try disk.withLock { disk in
            for root in roots { try settle(root, &disk) }
            for path in unflushed { try forget("\(roots[0])/\(path)", &disk) }
        }
    }

    private func forget(_ path: String, _ disk: inout Disk) throws {
        guard let status = try base.linkStatus(path) else { return }
        disk.bytes[status.inode] = nil
        disk.folders[status.inode] = nil
        guard status.kind == .folder else { return }
        for name in try base.list(path) { try forget("\(path)/\(name)", &disk) }
    }

    /// What each flush was of, in their order.
    var flushes: [String] { disk.withLock { $0.log } }

    /// What a power cut leaves now, in the order of the roots.
    func left(after loss: PowerLoss) throws -> [Tree] {
        try disk.withLock { disk in try roots.map { try left(at: $0, nil, loss, disk) } }
    }

    private func left(
        at path: String?, _ node: Node?, _ loss: PowerLoss, _ disk: Disk
    ) throws -> Tree {
        guard let node = try node ?? path.flatMap(present) else { return .folder([:]) }
        switch node {
        case .link(let target): return .link(target)
        case .file(let number, let executable):
            return .file(disk.bytes[number] ?? [], executable: executable)
        case .folder(let number):
            var entries = disk.folders[number] ?? [:]
            var names: [String: Node] = [:]
            if loss != .all, let path, try base.status(path)?.kind == .folder {
                for name in try base.list(path) { names[name] = try present("\(path)/\(name)") }
                for (name, node) in names {
                    if case .folder = node { entries[name] = node }
                }
                if loss == .names { entries = names }
            }
            return .folder(
                try Dictionary(
                    uniqueKeysWithValues: entries.map { name, node in
                        (name, try left(at: path.map { "\($0)/\(name)" }, node, loss, disk))
                    }))
        }
    }

    private func present(_ path: String) throws -> Node? {
        guard let status = try base.linkStatus(path) else { return nil }
        switch status.kind {
        case .file: return .file(status.inode, executable: status.executable)
        case .folder: return .folder(status.inode)
        case .link:
            return .link(try FileManager.default.destinationOfSymbolicLink(atPath: path))
        case .other: return nil
        }
    }

    /// Puts a file's bytes, or a folder's names, on the disk.
    private func keep(_ path: String, _ disk: inout Disk) throws {
        switch try present(path) {
        case .file(let number, _):
            disk.bytes[number] = try base.bytes(of: path)
            disk.pins[number] = FileHandle(forReadingAtPath: path)
        case .folder(let number):
            var entries: [String: Node] = [:]
            for name in try base.list(path) { entries[name] = try present("\(path)/\(name)") }
            disk.folders[number] = entries
            disk.pins[number] = FileHandle(forReadingAtPath: path)
        case .link, nil: break
        }
    }

    /// Puts all that is at a path on the disk.
    private func settle(_ path: String, _ disk: inout Disk) throws {
        try keep(path, &disk)
        guard try base.linkStatus(path)?.kind == .folder else { return }
        for name in try base.list(path) { try settle("\(path)/\(name)", &disk) }
    }

    private func flush(_ path: String, all: Bool = false) throws {
        try disk.withLock { disk in
            disk.log.append(short(path))
            guard disk.log.count != skipped else { return }
            if all { for root in roots { try settle(root, &disk) } } else { try keep(path, &disk) }
        }
    }

    /// The path below its root.
    private func short(_ path: String) -> String {
        for root in roots where "\(path)/".hasPrefix("\(root)/") {
            return String(path.dropFirst(root.count))
        }
        return "elsewhere"
    }

    func rename(_ path: String, to new: String) throws {
        try base.rename(path, to: new)
        disk.withLock { disk in
            let (old, new) = (short(path), short(new))
            for (index, name) in disk.log.enumerated() where "\(name)/".hasPrefix("\(old)/") {
                disk.log[index] = new + name.dropFirst(old.count)
            }
        }
    }

    func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try base.create(path, bytes, mode: mode)
        try flush(path)
    }
    func createUnflushed(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try base.create(path, bytes, mode: mode)
    }
    func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try base.copy(source, to: path, mode: mode, piece)
        try flush(path)
    }
    func copyUnflushed(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws { try base.copy(source, to: path, mode: mode, piece) }
    func beginFlush(of folder: String) throws -> FileFlush? {
        FileFlush { [self] in try flush(folder, all: true) }
    }
    func synchronise(_ path: String) throws { try flush(path) }
}

/// Lets the n-th change go wrong.
final class StepFileSystem: ForwardingFileSystem {
    enum Fault: Equatable {
        /// The process is gone: the change is made by half, and none after it.
        case killed
        /// That one change is refused.
        case refused(Int32)
        /// It and all after it are refused, as by a disk that is full.
        case refusedFromThere(Int32)
        /// It is left out without a word, if it is a rename.
        case forgotten
    }

    struct Killed: Error {}

    let base: any FileSystem
    private let number: Int
    private let fault: Fault
    private let changes = Mutex(0)
    private let last = Mutex("")
    private let forgotten = Mutex(false)

    /// How many seconds its clock goes ahead.
    private let ahead: Int

    init(_ base: any FileSystem, _ number: Int, _ fault: Fault, ahead: Int = 0) {
        self.base = base
        self.ahead = ahead
        self.number = number
        self.fault = fault
    }

    /// How many changes there were.
    var count: Int { changes.withLock { $0 } }
    /// Whether that change was a rename, and was left out.
    var hasForgotten: Bool { forgotten.withLock { $0 } }
    /// The path of the change that went wrong.
    var place: String { last.withLock { $0 } }

    private func change(_ path: String, half: () throws -> Void = {}) throws {
        let now = changes.withLock {
            $0 += 1
            return $0
        }
        if now == number { last.withLock { $0 = path } }
        switch fault {
        case .killed:
            if now == number { try half() }
            if now >= number { throw Killed() }
        case .refused(let code):
            if now == number { throw FileError.failed(action: "change", path: path, code: code) }
        case .refusedFromThere(let code):
            if now >= number { throw FileError.failed(action: "change", path: path, code: code) }
        case .forgotten: break
        }
    }

    func now() -> FileTime {
        var time = base.now()
        time.seconds += ahead
        return time
    }

    func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try change(path) { try base.create(path, Array(bytes.prefix(bytes.count / 2)), mode: mode) }
        try base.create(path, bytes, mode: mode)
    }
    func createUnflushed(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try change(path) {
            try base.createUnflushed(path, Array(bytes.prefix(bytes.count / 2)), mode: mode)
        }
        try base.createUnflushed(path, bytes, mode: mode)
    }
    func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try change(path) { try base.create(path, [1], mode: mode) }
        try base.copy(source, to: path, mode: mode, piece)
    }
    func copyUnflushed(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try change(path) { try base.create(path, [1], mode: mode) }
        try base.copyUnflushed(source, to: path, mode: mode, piece)
    }
    func beginFlush(of folder: String) throws -> FileFlush? {
        guard let flush = try base.beginFlush(of: folder) else { return nil }
        return FileFlush { [self] in
            try change(folder)
            try flush.flush()
        }
    }
    func link(_ source: String, to path: String, as type: LinkType, mode: UInt32) throws {
        try change(path)
        try base.link(source, to: path, as: type, mode: mode)
    }
    func synchronise(_ path: String) throws {
        try change(path)
        try base.synchronise(path)
    }
    func rename(_ path: String, to new: String) throws {
        try change(new)
        if fault == .forgotten, count == number { return forgotten.withLock { $0 = true } }
        try base.rename(path, to: new)
    }
    func makeFolder(_ path: String) throws {
        try change(path)
        try base.makeFolder(path)
    }
    func remove(_ path: String) throws {
        try change(path) {
            // A folder that was being removed loses some of its files first.
            if try base.linkStatus(path)?.kind == .folder, let name = try base.list(path).first {
                try base.remove("\(path)/\(name)")
            }
        }
        try base.remove(path)
    }
}
