@testable import ContentStore
import Synchronization
import TestSupport
import Testing

struct StateCacheTests {
    /// Counts files of the user that are read, with a clock that can be set.
    final class CountingFileSystem: ForwardingFileSystem {
        let base: any FileSystem = LocalFileSystem(durable: false)
        let reads = Mutex(0)
        let ahead = Mutex(0)

        func read(_ path: String, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
            if !path.contains("/state") { reads.withLock { $0 += 1 } }
            try base.read(path, piece)
        }
        func now() -> FileTime { base.now().adding(nanoseconds: ahead.withLock { $0 }) }
        func synchronise(_ path: String) throws {}
    }

    private let folder: TemporaryFolder
    private let files = CountingFileSystem()

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> (StateCache, Workspace) {
        let state = StateCache(path: folder.file("state"), fileSystem: files)
        return (state, try Workspace(root: folder.path, fileSystem: files, state: state))
    }

    private func reads(_ body: () throws -> Void) rethrows -> Int {
        files.reads.withLock { $0 = 0 }
        try body()
        return files.reads.withLock { $0 }
    }

    @Test func whatDidNotChangeIsNotReadAgainInThisRunOrTheNext() throws {
        try folder.write("1", to: "data/a")
        try folder.write("2", to: "data/b/c")
        files.ahead.withLock { $0 = 3_000_000_000 }
        let (state, workspace) = try open()
        #expect(try reads { _ = try workspace.content(at: "data") } == 2)
        #expect(try reads { _ = try workspace.content(at: "data") } == 0)
        try state.save(root: folder.path, temporary: folder.file("temporary"))
        let (_, later) = try open()
        #expect(try reads { _ = try later.content(at: "data") } == 0)
        try folder.write("3", to: "data/a")
        #expect(try reads { _ = try later.content(at: "data") } == 1)
    }

    @Test func aFileThatWasJustWrittenIsNotTrusted() throws {
        try folder.write("1", to: "a")
        let (_, workspace) = try open()
        #expect(try reads { _ = try workspace.content(at: "a") } == 1)
        #expect(try reads { _ = try workspace.content(at: "a") } == 1)
    }

    @Test func aChangeThatKeepsSizeAndTimeIsSeen() throws {
        try folder.write("1", to: "a")
        files.ahead.withLock { $0 = 3_000_000_000 }
        let (_, workspace) = try open()
        let before = try workspace.content(at: "a")
        let time = try #require(try files.status(folder.file("a"))).modified
        try folder.write("2", to: "b")
        let descriptor = try Descriptor(folder.file("b"), 1, action: "open")
        descriptor.setModified(time)
        try files.rename(folder.file("b"), to: folder.file("a"))
        #expect(try workspace.content(at: "a") != before)
    }

    @Test func everyDamageOfTheStateIsNoticed() throws {
        let digest = Digest(of: "x")
        let time = FileTime(seconds: 1, nanoseconds: 2)
        let entry = StateCache.Entry(
            inode: 7, size: 8, modified: time, changed: time, digest: digest)
        let entries = ["a": entry, "b\n\\c": entry]
        let bytes = StateCache.text(entries)
        #expect(StateCache.parse(bytes) == entries)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(StateCache.parse(damaged) == nil)
            #expect(StateCache.parse(Array(bytes[..<index])) == nil)
        }
    }

    @Test func filesThatAreGoneAreForgotten() throws {
        try folder.write("1", to: "a")
        try folder.write("2", to: "b")
        files.ahead.withLock { $0 = 3_000_000_000 }
        let (state, workspace) = try open()
        for path in ["a", "b"] { _ = try workspace.content(at: path) }
        try state.save(root: folder.path, temporary: folder.file("temporary"))
        try files.remove(folder.file("b"))
        try folder.write("3", to: "c")
        let (later, again) = try open()
        _ = try again.content(at: "c")
        try later.save(root: folder.path, temporary: folder.file("temporary"))
        let names = StateCache.parse(try files.bytes(of: folder.file("state")))?.keys.sorted()
        #expect(names == ["a", "c"])
    }
}
