import ContentStore
import Engine
import Glibc
import Synchronization
import TestSupport
import Testing

/// Projects that keep their objects in one cache.
struct SharedCacheTests {
    private let cache: TemporaryFolder
    private let files = LocalFileSystem(durable: false)

    init() throws { cache = try TemporaryFolder() }

    /// A project whose outs are made from `text`.
    private func project(_ text: String) throws -> TestProject {
        let test = try TestProject()
        test.layout = .native.keeping(cache: cache.path)
        try test.write(text, to: "in.txt")
        for name in ["first", "second"] {
            test.stage(
                name, commands: ["mkdir \(name)", "cat in.txt > \(name)/a; echo b > \(name)/b"],
                deps: ["in.txt"], outs: [test.out(name)])
        }
        return test
    }

    private func collect(
        _ test: TestProject, beside others: [TestProject] = [], dry: Bool = false
    ) throws -> CollectionReport {
        try GarbageCollection(project: test.project).run(
            .init(), neighbours: try others.map { .init(try $0.project) }, dry: dry)
    }

    /// Whether a project gets all that it made out of the cache.
    private func restores(_ test: TestProject) throws -> Bool {
        for path in ["first", "second"] { try test.remove(path) }
        return try Checkout(project: test.project).run(test.request().stages).missing.isEmpty
    }

    private var objects: ObjectStore { ObjectStore(folder: cache.path, fileSystem: files) }

    @Test func whatNamedProjectsNeedStays() async throws {
        let (one, two, three) = (try project("1"), try project("2"), try project("3"))
        for test in [one, two, three] { try await test.run() }
        try one.write("new", to: "in.txt")
        try await one.run()
        // The old results of `one` and their list go, and nothing else.
        let report = try collect(one, beside: [two, three])
        #expect(report.objects == 2 && report.runs == 2)
        for test in [one, two, three] { #expect(try restores(test)) }
        #expect(try collect(two, beside: [one, three], dry: true).isEmpty)
        // What only a project needs that is not named goes.
        #expect(try collect(one, beside: [two]).objects == 2)
        #expect(try restores(one) && restores(two))
        #expect(try !restores(three))
        // It can be made again, and the runs that it knows do not stand in the way.
        try await three.run()
        #expect(try restores(three))
        #expect(try await objects.verify(options: .init()).damaged.isEmpty)
    }

    /// Other runs of a neighbour's fingerprints count too: its lock restores them.
    @Test func theRunsOfANeighbourKeepTheirObjects() async throws {
        let (one, two) = (try project("1"), try project("2"))
        two.stages[0].outs.append(two.out("m.json", .metric, cache: false))
        two.stages[0].action = .command(["mkdir first; echo a > first/a; echo 7 > m.json"])
        for test in [one, two] { try await test.run() }
        #expect(try collect(one, beside: [two]).isEmpty)
        try two.remove("m.json")
        two.registry = .init([Forbidden.self])
        #expect(try await two.run().stages(.restored) == ["first"])
    }

    @Test func nothingIsRemovedWhileAnotherProjectWorks() async throws {
        let (one, two) = (try project("1"), try project("2"))
        try await two.run()
        try two.write("newer", to: "in.txt")
        let refusals = Mutex<[String]>([])
        let collected = try two.project
        one.onEvent = { event in
            guard case .stageFinished = event else { return }
            let collection = GarbageCollection(project: collected)
            do { _ = try collection.run(.init()) } catch {
                refusals.withLock { $0.append("\(error)") }
            }
            // To look is no harm.
            _ = try? collection.run(.init(), dry: true)
        }
        try await one.run()
        let said = refusals.withLock { $0 }
        #expect(said.count == 2)
        #expect(said.allSatisfy { $0.contains("works with the cache") })
        #expect(said.allSatisfy { $0.contains(cache.path) && $0.contains("hint: ") })
        #expect(try restores(one))
    }

    /// A copy into a cache on another file system has a name of its own until it is whole.
    private func leavePart() throws -> String {
        let object = try #require(try objects.inventory().keys.first)
        let part = objects.path(of: object) + ".123.part"
        try files.create(part, [1], mode: 0o444)
        return part
    }

    @Test func whatAKilledCopyLeftGoesWithACollection() async throws {
        let one = try project("1")
        try await one.run()
        let part = try leavePart()
        try await one.run(force: true)
        #expect(try files.status(part) != nil)
        _ = try collect(one, dry: true)
        #expect(try files.status(part) != nil)
        _ = try collect(one)
        #expect(try files.status(part) == nil)
        #expect(try restores(one))
    }

    @Test func whatAKilledCopyLeftGoesWithTheNextRunThatHasTheCacheAlone() async throws {
        let one = try project("1")
        try await one.run()
        let part = try leavePart()
        // What a killed run leaves of its own.
        try files.makeFolder(one.folder.file(".nlpipe/tmp/run"))
        var other = try objects.hold(alone: false)
        #expect(other != nil)
        try await one.run()
        #expect(try files.status(part) != nil)
        other = nil
        try files.makeFolder(one.folder.file(".nlpipe/tmp/run"))
        try await one.run()
        #expect(try files.status(part) == nil)
        #expect(try restores(one))
    }

    @Test func nobodyBeginsWhileObjectsAreRemoved() async throws {
        let one = try project("1")
        var held = try objects.hold(alone: true)
        #expect(held != nil)
        await #expect { try await one.run() } throws: {
            "\($0)".contains("removes objects from the cache")
        }
        // Nothing is left behind by the refusal.
        #expect(try !one.exists(".nlpipe/tmp/run"))
        held = nil
        try await one.run()
        let (first, second) = (try objects.hold(alone: false), try objects.hold(alone: false))
        #expect(first != nil && second != nil)
        #expect(try objects.hold(alone: true) == nil)
        try await one.run(force: true)
        withExtendedLifetime((first, second)) {}
    }

    /// A run that waits begins when the collection has ended.
    @Test func aRunWaitsForACollection() async throws {
        let one = try project("1")
        let held = Mutex(try objects.hold(alone: true))
        let asked = Mutex(0)
        let summary = try await one.run(adjust: { $0.wait = true }) {
            // Asked between two attempts: after the third the collection is over.
            if asked.withLock({
                $0 += 1; return $0
            }) == 3 {
                held.withLock { $0 = nil }
            }
            return false
        }
        #expect(summary.stages(.ran) == ["first", "second"])
    }

    /// Collections and runs of two projects at once: no object goes that a lock names.
    @Test func runsAndCollectionsSideBySideLoseNothing() async throws {
        let (one, two) = (try project("1"), try project("2"))
        try await one.run()
        try await two.run()
        let neighbours = [GarbageCollection.Neighbour(try one.project)]
        let collection = GarbageCollection(project: try two.project)
        let isDone = Mutex(false)
        let collector = Task.detached {
            var removed = 0
            while !isDone.withLock({ $0 }) {
                if let report = try? collection.run(.init(), neighbours: neighbours) {
                    removed += report.objects
                }
                await Task.yield()
            }
            return removed
        }
        for round in 0..<20 {
            try one.write("round \(round)", to: "in.txt")
            try await one.run(adjust: { $0.wait = true })
            #expect(try await objects.verify(options: .init()).damaged.isEmpty)
        }
        isDone.withLock { $0 = true }
        _ = await collector.value
        _ = try collect(two, beside: [one])
        #expect(try restores(one) && restores(two))
        // What is not needed any more went in between, or now.
        #expect(try objects.inventory().count == 2 + 2 + 1)
    }

    /// A file system that lets nobody write a lock into the cache.
    private struct ForeignCache: ForwardingFileSystem {
        let base: any FileSystem
        let cache: String

        func lock(_ path: String, shared: Bool) throws -> FileLock? {
            guard !path.hasPrefix(cache) else {
                throw FileError.failed(action: "open", path: path, code: EACCES)
            }
            return try base.lock(path, shared: shared)
        }
    }

    /// What others keep for us can be used; who cannot lock it removes nothing from it.
    @Test func aCacheThatOnlyOthersWriteIsCheckedOutFrom() async throws {
        let one = try project("1")
        try await one.run()
        one.fileSystem = ForeignCache(base: files, cache: cache.path)
        #expect(try restores(one))
        try one.write("other", to: "in.txt")
        #expect(throws: FileError.self) { try collect(one) }
        one.fileSystem = files
        #expect(try restores(one))
    }
}
