@testable import ContentStore
import Synchronization
import TestSupport
import Testing

/// What it costs to put a folder into a store of which some stands there already.
struct ObjectIntakeTests {
    /// Counts what is read and written outside of a state, with a clock that is ahead.
    final class Meter: ForwardingFileSystem {
        struct Counts: Equatable {
            var reads = 0
            var writes = 0
        }

        let base: any FileSystem = LocalFileSystem(durable: false)
        let counts = Mutex(Counts())
        /// Called before a file is copied.
        let beforeCopy = Mutex<@Sendable () -> Void>({})
        /// Called after a file was read.
        let afterRead = Mutex<@Sendable () -> Void>({})

        func now() -> FileTime { base.now().adding(nanoseconds: 3_000_000_000) }
        func read(_ path: String, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
            if !path.contains("/state") { counts.withLock { $0.reads += 1 } }
            try base.read(path, piece)
            afterRead.withLock { $0 }()
        }
        func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
            if !path.contains("/state") { counts.withLock { $0.writes += 1 } }
            try base.create(path, bytes, mode: mode)
        }
        func copy(
            _ source: String, to path: String, mode: UInt32,
            _ piece: (UnsafeRawBufferPointer) throws -> Void
        ) throws {
            beforeCopy.withLock { $0 }()
            counts.withLock { $0.writes += 1 }
            try base.copy(source, to: path, mode: mode, piece)
        }
    }

    private let folder: TemporaryFolder
    private let files = Meter()
    private let store: ObjectStore
    private let scratch: Scratch
    private let workspace: Workspace

    init() throws {
        folder = try TemporaryFolder()
        store = ObjectStore(folder: folder.file("cache"), fileSystem: files)
        scratch = Scratch(folder: folder.file("tmp"))
        let state = StateCache(path: folder.file("state"), fileSystem: files)
        workspace = try Workspace(root: folder.path, fileSystem: files, state: state)
        try files.makeFolder(scratch.folder)
    }

    private func put() throws -> (manifest: Manifest, counts: Meter.Counts) {
        files.counts.withLock { $0 = .init() }
        let manifest = try #require(try workspace.store("data", in: store, scratch: scratch))
        #expect(try files.list(scratch.folder).isEmpty)
        return (manifest, files.counts.withLock { $0 })
    }

    @Test(arguments: [3, 40])
    func onlyWhatIsNewIsStored(count: Int) throws {
        for number in 0..<count { try folder.write("\(number)", to: "data/\(number)") }
        // The files, and the folder's list.
        #expect(try put().counts == .init(reads: count, writes: count + 1))
        #expect(try put().counts == .init(reads: 1, writes: 0), "only the list is looked at")
        try folder.write("changed", to: "data/1")
        #expect(try put().counts == .init(reads: 1, writes: 2))
        for number in 0..<count {
            try files.remove(folder.file("data/\(number)"))
            try folder.write("\(number)", to: "data/\(number)")
        }
        let again = try put()
        #expect(again.counts == .init(reads: count + 1, writes: 0), "made anew, the same bytes")
        #expect(try store.get(again.manifest.content, to: folder.file("back")) == again.manifest)
    }

    @Test func whatTheStoreLostOrHasCutIsStoredAgain() throws {
        for number in 0..<3 { try folder.write("\(number)", to: "data/\(number)") }
        let first = try put().manifest
        try files.remove(store.path(of: first.files[0].digest))
        let cut = store.path(of: first.files[1].digest)
        try files.remove(cut)
        try files.create(cut, [], mode: 0o444)
        let second = try put()
        #expect(second.counts == .init(reads: 3, writes: 2))
        #expect(try store.get(second.manifest.content, to: folder.file("back")) == first)
    }

    @Test func aLargeFileIsStoredOnceAndNotUnderTheDigestOfWhatItWas() throws {
        let old = [UInt8](repeating: 1, count: ObjectStore.smallFile + 1)
        try folder.write(old, to: "data/large")
        let first = try put()
        #expect(first.counts == .init(reads: 1, writes: 2))
        #expect(try put().counts == .init(reads: 1, writes: 0))
        try files.remove(store.path(of: first.manifest.files[0].digest))
        let path = folder.file("data/large")
        files.beforeCopy.withLock { body in
            body = {
                guard let bytes = try? LocalFileSystem().bytes(of: path) else { return }
                try? LocalFileSystem().remove(path)
                try? LocalFileSystem().create(path, bytes.map { $0 + 1 }, mode: 0o644)
            }
        }
        #expect(throws: ObjectError.changedWhileRead(path: path)) { try put() }
        #expect(try !store.contains(first.manifest.content))
    }

    @Test func aSmallFileThatChangesWhileItIsReadIsNotStored() throws {
        try folder.write("1", to: "data/small")
        let path = folder.file("data/small")
        files.afterRead.withLock { body in
            body = {
                try? LocalFileSystem().remove(path)
                try? LocalFileSystem().create(path, Array("22".utf8), mode: 0o644)
            }
        }
        #expect(throws: ObjectError.changedWhileRead(path: path)) { try put() }
    }

    /// Names that another thread has given and not flushed are flushed by who builds on them.
    @Test func namesInFlightAreFlushedByWhoBuildsOnThem() throws {
        let log = FlushLog()
        let store = ObjectStore(folder: folder.file("cache"), fileSystem: log)
        let digest = Digest(of: "a")
        try folder.write("a", to: "data/a")
        let names = try store.beginNames(for: [digest])
        try folder.write("a", to: "tmp/object")
        try store.publish(folder.file("tmp/object"), as: digest)
        let manifest = try store.put(folder.file("data"), root: folder.path, scratch: scratch)
        #expect(manifest?.files.first?.digest == digest)
        #expect(log.all.contains(store.folder(digest.start)))
        try names.flush([digest])
        log.clear()
        _ = try store.put(folder.file("data"), root: folder.path, scratch: scratch)
        #expect(!log.all.contains(store.folder(digest.start)))
    }

    final class FlushLog: ForwardingFileSystem {
        let base: any FileSystem = LocalFileSystem(durable: false)
        private let paths = Mutex<[String]>([])
        var all: [String] { paths.withLock { $0 } }
        func clear() { paths.withLock { $0 = [] } }
        func synchronise(_ path: String) throws { paths.withLock { $0.append(path) } }
    }
}
