@testable import ContentStore
import Engine
import Pipelines
import Synchronization
import TestSupport
import Testing

struct ImportDataTests {
    private let test: TestProject
    private let files = LocalFileSystem(durable: false)

    init() throws {
        test = try TestProject()
        try test.chain()
    }

    private var imports: WorkPlaces {
        WorkPlaces(
            folder: test.folder.file(".nlpipe/tmp/imports"), fileSystem: files, locksReachAll: true)
    }

    private func left() throws -> [String] {
        try test.exists(".nlpipe/tmp/imports") ? files.list(imports.folder) : []
    }

    /// Imports a file of one word; `during` is called while it is on its way.
    private func bring(
        waiting: (EngineError) -> Void = { _ in }, ready: () throws -> Void = {},
        during: () throws -> Void
    ) throws {
        let project = try test.project
        let stage = try TrackData(project: project).stage(for: "got")
        try ImportData(project: project).run(stage) { place in
            try during()
            try files.create(place.path, Array("word".utf8), mode: 0o644)
            return TrackData.Origin(path: "http://localhost/word", tag: ("checksum", "1"), size: 4)
        } ready: {
            try ready()
        } waiting: {
            waiting($0)
        }
    }

    @Test func theProjectIsFreeWhileDataAreOnTheirWay() throws {
        let project = try test.project
        try test.write("other", to: "other")
        try bring {
            #expect(try left().count == 2)
            let tracking = TrackData(project: project)
            try tracking.run([tracking.stage(for: "other")])
            #expect(try left().count == 2)
            #expect(try !test.exists("got"))
        }
        #expect(try test.read("got") == "word")
        #expect(try test.exists("got.dvc") && test.exists("other.dvc"))
        #expect(try left() == [])
        #expect(try !test.exists(".nlpipe/tmp/run"))
    }

    @Test func whatHasComeWaitsForWhoeverHasTheProject() throws {
        let held = Mutex<FileLock?>(nil)
        let told = Mutex<[String]>([])
        try bring { error in
            told.withLock { $0.append("\(error)") }
            held.withLock { $0 = nil }
        } during: {
            let lock = try files.lock(test.folder.file(".nlpipe/tmp/lock"))
            held.withLock { $0 = lock }
        }
        #expect(told.withLock { $0.count } == 1)
        #expect(told.withLock { $0.first?.contains("works on this project") } == true)
        #expect(try test.read("got") == "word")
    }

    @Test func nothingTravelsForAProjectThatIsInUse() throws {
        try files.makeFolder(test.folder.file(".nlpipe/tmp"))
        let lock = try files.lock(test.folder.file(".nlpipe/tmp/lock"))
        #expect(throws: EngineError.self) {
            try bring { Issue.record("it was asked for") }
        }
        withExtendedLifetime(lock) {}
        #expect(try !test.exists("got"))
    }

    @Test func whatIsRefusedInTheEndChangesNothing() throws {
        struct Refusal: Error {}
        try test.write("old", to: "got")
        #expect(throws: Refusal.self) {
            try bring(ready: { throw Refusal() }) {}
        }
        #expect(try test.read("got") == "old")
        #expect(try !test.exists("got.dvc"))
        #expect(try left() == [])
    }

    @Test func whatAKilledImportLeftIsSweptAndWhatIsUnderWayIsNot() async throws {
        var killed: Scratch? = try imports.open()
        try files.create(try #require(killed).next(), [1], mode: 0o644)
        // The kernel gives the lock back.
        killed = nil
        let living = try imports.open()
        try files.create("\(living.folder)/part", [2], mode: 0o644)
        // A power cut may take the lock alone.
        try files.makeFolder("\(imports.folder)/place-1")
        #expect(try left().count == 5)
        try await test.run()
        #expect(try left().count == 2)
        #expect(try files.bytes(of: "\(living.folder)/part") == [2])
        imports.close(living)
        #expect(try left() == [])
    }
}
