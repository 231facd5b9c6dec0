import ContentStore
import Engine
import TestSupport
import Testing

struct GarbageCollectionTests {
    private let files = LocalFileSystem(durable: false)

    /// A project that was run with the second parameter `x`, `y` and `z`, in this order.
    private func made() async throws -> TestProject {
        let test = try TestProject()
        try test.chain()
        for value in ["x", "y", "z"] {
            try test.params(first: "1", second: value)
            try await test.run()
        }
        return test
    }

    private func collect(
        _ test: TestProject, keptRuns: Int = 0, largest: Int? = nil, dry: Bool = false
    ) throws -> CollectionReport {
        var scope = GarbageCollection.Scope()
        scope.keptRuns = keptRuns
        scope.largestCache = largest
        return try GarbageCollection(project: test.project).run(scope, dry: dry)
    }

    /// What a run with a value for the second parameter has to execute when all outs are gone.
    private func executed(_ test: TestProject, _ value: String) async throws -> Int {
        let old = try test.lock().text
        for path in ["one", "two", "three.txt", "beside"] { try test.remove(path) }
        try test.params(first: "1", second: value)
        let summary = try await test.run()
        try test.write(old, to: LockFile.name)
        return summary.stages(.ran).count
    }

    private func objects(_ test: TestProject) throws -> Set<Digest> {
        Set(try store(test).inventory().keys)
    }

    private func store(_ test: TestProject) -> ObjectStore {
        ObjectStore(folder: test.folder.file(".nlpipe/cache"), fileSystem: files)
    }

    @Test func onlyWhatTheLockNeedsIsLeft() async throws {
        let test = try await made()
        let before = try objects(test)
        let dry = try collect(test, dry: true)
        #expect(try objects(test) == before)
        let report = try collect(test)
        #expect(report == dry)
        #expect(report.runs == 4 && report.keptRuns == 4)
        #expect(try objects(test).count == report.keptObjects)
        #expect(before.count == report.objects + report.keptObjects)
        #expect(try collect(test).isEmpty)
        test.registry = .init([Forbidden.self])
        #expect(try await executed(test, "z") == 0)
    }

    @Test func keptRunsCanStillBeRestored() async throws {
        let test = try await made()
        #expect(try collect(test, keptRuns: 3).isEmpty)
        #expect(try collect(test, keptRuns: 2).runs == 2)
        #expect(try await executed(test, "y") == 0)
        #expect(try await executed(test, "z") == 0)
        #expect(try await executed(test, "x") == 2)
    }

    @Test func theNewestRunsStayThatFitIntoASize() async throws {
        let test = try await made()
        let all = try store(test).inventory().values.reduce(0, +)
        #expect(try collect(test, largest: all).isEmpty)
        let report = try collect(test, largest: all - 1)
        #expect(report.runs > 0 && report.keptBytes < all)
        #expect(try await executed(test, "y") == 0)
        // What the lock needs stays whatever the size.
        #expect(try collect(test, largest: 0).keptRuns == 4)
        #expect(try await executed(test, "z") == 0)
    }

    @Test func aDamagedLockStopsEverything() async throws {
        let test = try await made()
        let before = try objects(test)
        try test.write("<<<<<<< ours\n", to: LockFile.name)
        #expect(throws: LockError.self) { try collect(test) }
        #expect(try objects(test) == before)
    }

    @Test func damagedObjectsAndRunsGoToo() async throws {
        let test = try await made()
        let content = try #require(
            try test.lock().entries["first"]?.content(of: "one/out.txt"))
        let path = store(test).path(of: content.digest)
        try files.remove(path)
        try files.create(path, [1], mode: 0o444)
        let verified = try await store(test).verify(options: ObjectTransfer.Options())
        #expect(verified.damaged == [content.digest])
        #expect(try await store(test).verify(options: ObjectTransfer.Options()).damaged.isEmpty)
        try test.write("{}", to: ".nlpipe/runs/ab/cd.json")
        let report = try collect(test, keptRuns: 3)
        #expect(report.damaged == 1 && report.runs == 1 && report.objects == 0)
        #expect(try !test.exists(".nlpipe/cache/damaged"))
        #expect(try !test.exists(".nlpipe/runs/ab/cd.json"))
    }

    @Test(arguments: [false, true])
    func afterAStopAtAnyChangeNothingNeededIsGone(halves: Bool) async throws {
        var number = 1
        while true {
            let test = try await made()
            let faulty = FaultyFileSystem(killedAt: number, halves: halves)
            test.fileSystem = faulty
            _ = try? collect(test)
            test.fileSystem = files
            let report = try collect(test)
            #expect(report.keptRuns == 4)
            #expect(try objects(test).count == report.keptObjects)
            test.registry = .init([Forbidden.self])
            #expect(try await executed(test, "z") == 0)
            if faulty.count < number { break }
            number += 1
        }
        #expect(number > 10)
    }
}
