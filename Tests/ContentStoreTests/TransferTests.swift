@testable import ContentStore
import Synchronization
import TestSupport
import Testing

/// Refuses every copy after a given number, or every change after a given number, half of it done,
/// and has a clock to set.
final class RefusingFileSystem: ForwardingFileSystem {
    struct Count {
        var done = 0
        var most = Int.max

        mutating func allows() -> Bool {
            done += 1
            return done <= most
        }
    }

    let base: any FileSystem = LocalFileSystem(durable: false)
    let copies = Mutex(Count())
    let changes = Mutex(Count())
    let ahead = Mutex(0)
    private let code: Int32

    init(code: Int32) { self.code = code }

    private func change(_ path: String) throws {
        guard changes.withLock({ $0.allows() }) else { throw refusal(path) }
    }

    private func refusal(_ path: String) -> FileError {
        .failed(action: "write", path: path, code: code)
    }

    func now() -> FileTime {
        var time = base.now()
        time.seconds += ahead.withLock { $0 }
        return time
    }
    func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        try change(path)
        try base.create(path, bytes, mode: mode)
    }
    func beginFlush(of folder: String) throws -> FileFlush? {
        FileFlush { try self.change(folder) }
    }
    func copyUnflushed(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws { try copy(source, to: path, mode: mode, piece) }
    func copy(
        _ source: String, to path: String, mode: UInt32,
        _ piece: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard changes.withLock({ $0.allows() }), copies.withLock({ $0.allows() }) else {
            try base.create(path, [1], mode: mode)
            throw refusal(path)
        }
        try base.copy(source, to: path, mode: mode, piece)
    }
    func synchronise(_ path: String) throws { try change(path) }
    func rename(_ path: String, to new: String) throws {
        try change(path)
        try base.rename(path, to: new)
    }
    func makeFolder(_ path: String) throws {
        try change(path)
        try base.makeFolder(path)
    }
    func remove(_ path: String) throws {
        try change(path)
        try base.remove(path)
    }
}

struct TransferTests {
    private let folder: TemporaryFolder
    private let files = RefusingFileSystem(code: 28)  // ENOSPC
    private let source: ObjectStore
    private let remote: RemoteFolder
    private let items: [ObjectTransfer.Item]

    /// A store with 40 objects.
    init() throws {
        folder = try TemporaryFolder()
        source = ObjectStore(folder: folder.file("cache"), fileSystem: files)
        remote = RemoteFolder(folder.file("remote"), fileSystem: files)
        for number in 0..<40 { try folder.write("\(number)", to: "data/\(number)") }
        let root = folder.path
        let manifest = try TransferTests.store(source, root: root, files)
        items = manifest.files.map { .init(digest: $0.digest, size: $0.size) }
        files.copies.withLock { $0.done = 0 }
    }

    /// Puts the 40 files into the store.
    private func store() throws -> Manifest {
        try TransferTests.store(source, root: folder.path, files)
    }

    private static func store(
        _ source: ObjectStore, root: String, _ files: RefusingFileSystem
    ) throws -> Manifest {
        let scratch = Scratch(folder: "\(root)/tmp/\(UInt64.random(in: 0 ... .max))")
        try files.makeFolder(scratch.folder)
        return try #require(try source.put("\(root)/data", root: root, scratch: scratch))
    }

    private func transfer(_ scratch: Scratch, jobs: Int = 8) async throws -> ObjectTransfer.Outcome
    {
        var options = ObjectTransfer.Options()
        options.jobs = jobs
        return try await ObjectTransfer(
            from: source, to: remote.objects, scratch: scratch, options: options
        ).run(items + items)
    }

    @Test(arguments: [1, 3, 64])
    func everyObjectTravelsOnceHoweverOftenItIsNamed(jobs: Int) async throws {
        let scratch = try remote.open()
        let outcome = try await transfer(scratch, jobs: jobs)
        #expect(outcome.moved == Set(items.map(\.digest)))
        #expect(outcome.bytes == items.compactMap(\.size).reduce(0, +))
        #expect(files.copies.withLock { $0.done } == 40)
        #expect(try await transfer(scratch, jobs: jobs).present == outcome.moved)
        #expect(try remote.objects.inventory().keys.sorted() == outcome.moved.sorted())
    }

    @Test func anObjectOfAnotherSizeAtTheTargetIsSentAgain() async throws {
        let scratch = try remote.open()
        _ = try await transfer(scratch)
        let digests = items.prefix(3).map(\.digest)
        for (digest, text) in zip(digests, ["", "longer", "x"]) {
            let object = remote.objects.path(of: digest)
            try files.remove(object)
            if !text.isEmpty { try files.create(object, Array(text.utf8), mode: 0o444) }
        }
        let outcome = try await transfer(scratch)
        // One byte is the size of most of them: only reading tells.
        #expect(outcome.moved.isSuperset(of: digests.prefix(2)))
        #expect(outcome.present.count + outcome.moved.count == 40)
        #expect(outcome.present.isDisjoint(with: outcome.moved))
        #expect(try remote.objects.stand(items) == items.map { _ in true })
    }

    @Test func aFullDiskLeavesNothingHalfAndTheNextTransferGoesOn() async throws {
        let scratch = try remote.open()
        files.copies.withLock { $0.most = 17 }
        await #expect(throws: FileError.self) { _ = try await transfer(scratch) }
        #expect(try files.list(scratch.folder).isEmpty)
        let there = try remote.objects.inventory()
        #expect(there.count == 17)
        for digest in there.keys { #expect(try remote.objects.isSound(digest)) }
        files.copies.withLock { $0.most = .max }
        let outcome = try await transfer(scratch)
        #expect(outcome.present.count == 17 && outcome.moved.count == 23)
    }

    @Test func afterAStopAtAnyChangeOfATransferOfManyNothingIsHalf() async throws {
        var number = 0
        while true {
            try LocalFileSystem().remove(remote.folder)
            files.changes.withLock { $0 = .init(done: 0, most: number) }
            if let scratch = try? remote.open() { _ = try? await transfer(scratch) }
            let needed = files.changes.withLock { counter in
                defer { counter = .init() }
                return counter.done
            }
            for digest in try remote.objects.inventory().keys {
                #expect(try remote.objects.isSound(digest))
            }
            let outcome = try await transfer(try remote.open())
            #expect(outcome.moved.count + outcome.present.count == 40)
            if needed <= number { break }
            number += 1
        }
        #expect(number > 100)
    }

    @Test func afterAStopAtAnyChangeOfStoringManyNothingIsHalf() throws {
        var number = 0
        while true {
            try LocalFileSystem().remove(folder.file("cache"))
            files.changes.withLock { $0 = .init(done: 0, most: number) }
            _ = try? store()
            let needed = files.changes.withLock { counter in
                defer { counter = .init() }
                return counter.done
            }
            for digest in try source.inventory().keys { #expect(try source.isSound(digest)) }
            let manifest = try store()
            #expect(try source.contains(manifest.content))
            if needed <= number { break }
            number += 1
        }
        #expect(number > 100)
    }

    @Test func oneDamagedObjectOfManyMakesAFolderAMissThatLeavesNothing() throws {
        let manifest = try store()
        let digest = try #require(manifest.files.randomElement()).digest
        try files.remove(source.path(of: digest))
        try files.create(source.path(of: digest), [1], mode: 0o444)
        for _ in 0..<2 {
            #expect(try source.get(manifest.content, to: folder.file("back")) == nil)
            #expect(try files.linkStatus(folder.file("back")) == nil)
        }
        #expect(try files.list(source.damagedFolder) == [digest.hex])
        #expect(try source.get(store().content, to: folder.file("back")) == manifest)
    }

    @Test func whatEndedProcessesLeftAtARemoteIsSweptAndWhatLivesIsNot() throws {
        let tmp = folder.file("remote/tmp")
        // Of another machine, whose locks mean nothing here.
        try folder.write("half", to: "remote/tmp/far-1/1")
        try folder.write("", to: "remote/tmp/far-1.lock")
        let first = try remote.open()
        #expect(try files.list(tmp).count == 4)
        // Its owner was killed: the place stays, and the lock goes.
        let second = try remote.open()
        let own = String(first.folder.dropFirst(tmp.count + 1).prefix { $0 != "-" })
        try folder.write("half", to: "remote/tmp/\(own)-dead/1")
        try folder.write("", to: "remote/tmp/\(own)-dead.lock")
        let third = try remote.open()
        #expect(try !files.list(tmp).contains { $0.contains("dead") })
        #expect(try files.list(tmp).count == 8)
        files.ahead.withLock { $0 = 90_000 }
        let fourth = try remote.open()
        let places = [first, second, third, fourth]
        #expect(
            try files.list(tmp).sorted()
                == places.flatMap { [$0.folder, $0.folder + ".lock"] }
                .map { String($0.dropFirst(tmp.count + 1)) }.sorted())
        for place in places { remote.close(place) }
        #expect(try files.list(tmp).isEmpty)
    }

    @Test func whatHasNoDigestForANameIsNoObject() async throws {
        for path in ["readme", "ab/cd", "abc/def", "zz/\(String(repeating: "0", count: 62))"] {
            try folder.write("1", to: "cache/objects/\(path)")
        }
        #expect(try source.inventory().count == 41)
        let found = try await source.verify(options: ObjectTransfer.Options())
        #expect(found.objects == 41 && found.damaged.isEmpty)
    }

    @Test func anEditInPlaceOfWhatWasCopiedDoesNotReachTheObject() async throws {
        let item = try #require(items.first)
        let content = Content(
            digest: item.digest, size: item.size ?? 0, form: .file(executable: false))
        _ = try source.get(content, to: folder.file("out"))
        let out = try Descriptor(folder.file("out"), 2, action: "open")  // O_RDWR
        try Array("edited".utf8).withUnsafeBytes { try out.write($0) }
        #expect(try source.isSound(item.digest))
    }
}
