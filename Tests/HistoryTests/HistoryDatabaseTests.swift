import Foundation
import GRDB
import Testing
import TestSupport

@testable import History

@Suite struct HistoryDatabaseTests {
    let folder: TemporaryFolder
    var path: String { folder.file("history.sqlite") }

    init() throws { folder = try TemporaryFolder() }

    private func run(commit: String? = "c1", dirty: Bool = false) -> Run {
        Run(
            started: 10, commit: commit, dirty: dirty, patch: dirty ? "p" : nil,
            commandLine: "nlpipe repro", machine: "host", threads: 2, version: "1")
    }

    @Test func aRunThatWasKilledIsOnRecordAsInterruptedOnceTheNextStarts() throws {
        let database = try HistoryDatabase(path: path)
        _ = try database.start(run())
        #expect(try database.runs().map(\.status) == [.running])
        let second = try database.start(run())
        #expect(try database.runs().map(\.status) == [.running, .interrupted])
        try database.finish(run: second, status: .failed, at: 20, lock: nil, metrics: [])
        _ = try database.start(run())
        #expect(try database.runs().map(\.status) == [.running, .failed, .interrupted])
    }

    @Test func whatIsRecordedIsReadBack() throws {
        let database = try HistoryDatabase(path: path)
        let id = try database.start(run())
        let stage = StageRun(
            stage: "distill", verdict: .ran, reasons: ["params.yaml a 1 → 2", "never run"],
            fingerprint: "ff", duration: 1.5, exitStatus: 0,
            facts: ["arithmetic": "float32 (avx512)", "threads": "2"])
        let points = [
            SeriesPoint(stage: "distill", series: "loss", step: 2, value: 0.25),
            SeriesPoint(stage: "distill", series: "loss", step: 1, value: 0.5),
            SeriesPoint(stage: "distill", series: "loss", step: 2, value: 0.125),
            SeriesPoint(stage: "distill", series: "loss", step: 3, value: .nan),
        ]
        try database.record(stage, points: points, run: id)
        try database.finish(
            run: id, status: .succeeded, at: 20, lock: "l1",
            metrics: [Metric(file: "m.json", key: "a.b", value: 0.9)])
        let again = try HistoryDatabase(path: path)
        let read = try #require(try again.runs().first)
        #expect(read.id == id && read.status == .succeeded && read.finished == 20)
        #expect(read.lock == "l1" && read.commandLine == "nlpipe repro")
        #expect(try again.stages(ofRun: id) == [stage])
        #expect(try again.points(ofRun: id) == [points[1], points[2]])
        #expect(
            try again.metrics(ofRun: id) == [Metric(file: "m.json", key: "a.b", value: 0.9)])
    }

    @Test func theLastDurationIsThatOfTheLastRunToTheEnd() throws {
        #expect(HistoryDatabase.lastDurations(in: path).isEmpty)
        let database = try HistoryDatabase(path: path)
        for (stage, verdict, duration) in [
            ("a", StageRun.Verdict.ran, 1.0), ("b", .ran, 5), ("a", .ran, 2), ("a", .failed, 9),
            ("b", .interrupted, 8), ("c", .restored, 7),
        ] {
            let stage = StageRun(
                stage: stage, verdict: verdict, reasons: [], fingerprint: "f", duration: duration,
                exitStatus: nil)
            try database.record(stage, points: [], run: database.start(run()))
        }
        #expect(HistoryDatabase.lastDurations(in: path) == ["a": 2, "b": 5])
        try folder.write("no database", to: "other")
        #expect(HistoryDatabase.lastDurations(in: folder.file("other")).isEmpty)
    }

    @Test(arguments: ["1", "2"])
    func aFileOfAnEarlierVersionIsBroughtUpToDateWithItsRunsIntact(version: String) throws {
        do {
            let old = try DatabaseQueue(path: path)
            try HistorySchema.migrator.migrate(old, upTo: version)
            try old.write { connection in
                try connection.execute(
                    sql: """
                        INSERT INTO run VALUES
                            (1, 10, 20, 'succeeded', 'c', 0, NULL, 'l1', 'nlpipe', 'host', 2, '1');
                        INSERT INTO stage_run VALUES (1, 1, 'prune', 'ran', 'why', 'ff', 2.5, NULL);
                        INSERT INTO metric VALUES (1, 'm.json', 'a.b', 0.5);
                        INSERT INTO point VALUES (1, 'prune', 'loss', 3, 0.25);
                        """)
            }
        }
        let database = try HistoryDatabase(path: path)
        #expect(database.warning == nil)
        #expect(try database.runs().map(\.lock) == ["l1"])
        #expect(try database.metrics(ofRun: 1) == [Metric(file: "m.json", key: "a.b", value: 0.5)])
        #expect(try database.points(ofRun: 1).map(\.value) == [0.25])
        #expect(
            try database.stages(ofRun: 1) == [
                StageRun(
                    stage: "prune", verdict: .ran, reasons: ["why"], fingerprint: "ff",
                    duration: 2.5)
            ])
    }

    @Test(arguments: ["1", "2", "3"])
    func runsOfEveryEarlierVersionStay(version: String) throws {
        do {
            let old = try DatabaseQueue(path: path)
            try HistorySchema.migrator.migrate(old, upTo: version)
            try old.write { connection in
                try connection.execute(
                    sql: """
                        INSERT INTO run (id, started, status, dirty, command_line, machine, threads,
                            version) VALUES (1, 10, 'running', 0, 'nlpipe', 'host', 2, '1');
                        INSERT INTO point VALUES (1, 'prune', 'loss', 1, 0.5);
                        """)
            }
        }
        let database = try HistoryDatabase(path: path)
        let old = try #require(try database.runs().first)
        #expect(old.experiment == nil && old.process == nil && old.status == .running)
        #expect(try database.points(ofRun: 1).map(\.value) == [0.5])
        // Nobody knows its process any more.
        #expect(try database.runsUnderWay(on: "host").isEmpty)
        _ = try database.start(run())
        #expect(try database.runs().map(\.status) == [.running, .interrupted])
    }

    @Test func aRunWhoseProcessLivesIsLeftAlone() throws {
        let database = try HistoryDatabase(path: path)
        var first = run()
        first.process = ProcessMark.own
        first.experiment = "brave-otter"
        let one = try database.start(first)
        var gone = run()
        gone.process = "\(Int32.max) 1"
        let two = try database.start(gone)
        _ = try database.start(run())
        #expect(try database.run(one)?.status == .running)
        #expect(try database.run(two)?.status == .interrupted)
        #expect(try database.runsUnderWay(on: "host").map(\.experiment) == ["brave-otter"])
        #expect(!ProcessMark.isAlive("x") && !ProcessMark.isAlive(""))
    }

    @Test func howFarStagesAreIsReadBesideTheWriterUntilALaterRunBegins() throws {
        let database = try HistoryDatabase(path: path)
        let id = try database.start(run())
        var stages = [
            LiveStage(stage: "b", position: 0),
            LiveStage(stage: "a", position: 1, state: .upToDate),
        ]
        try database.note(stages, run: id)
        let watching = try HistoryDatabase.watching(path)
        #expect(try watching.liveStages(ofRun: id) == stages)
        stages[0].state = .running
        (stages[0].started, stages[0].fraction, stages[0].detail) = (5, 0.25, "epoch 1 of 4")
        try database.note([stages[0]], run: id)
        #expect(try watching.liveStages(ofRun: id) == stages)
        try database.finish(run: id, status: .succeeded, at: 9, lock: nil, metrics: [])
        #expect(try watching.liveStages(ofRun: id) == stages)
        _ = try database.start(run())
        #expect(try watching.liveStages(ofRun: id).isEmpty)
        #expect(throws: (any Error).self) { try watching.note(stages, run: id) }
    }

    @Test func aRunBelongsToTheCommitThatHoldsItsLockWheneverThatWasMade() throws {
        let database = try HistoryDatabase(path: path)
        let before = try database.start(run(commit: "parent", dirty: true))
        try database.finish(run: before, status: .succeeded, at: 1, lock: "lock", metrics: [])
        let clean = try database.start(run(commit: "child"))
        try database.finish(run: clean, status: .failed, at: 2, lock: "other", metrics: [])
        let dirty = try database.start(run(commit: "child", dirty: true))
        try database.finish(run: dirty, status: .succeeded, at: 3, lock: nil, metrics: [])
        #expect(try database.runs(forCommit: "child", lock: "lock").map(\.id) == [clean, before])
        #expect(try database.runs(forCommit: "child", lock: nil).map(\.id) == [clean])
        #expect(try database.runs(forCommit: "parent", lock: "gone").isEmpty)
    }

    @Test func aRunThatWasNeverStartedCannotFinish() throws {
        let database = try HistoryDatabase(path: path)
        #expect(throws: HistoryError.notRecorded(run: 7)) {
            try database.finish(run: 7, status: .failed, at: 1, lock: nil, metrics: [])
        }
        #expect(throws: (any Error).self) {
            try database.record(
                StageRun(stage: "s", verdict: .ran, reasons: [], duration: 1), run: 7)
        }
    }

    @Test func twoConnectionsRecordAtOnce() async throws {
        let path = self.path
        _ = try HistoryDatabase(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                let run = self.run()
                group.addTask {
                    let database = try HistoryDatabase(path: path)
                    for _ in 0..<10 { _ = try database.start(run) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try HistoryDatabase(path: path).runs(limit: 1000).count == 40)
    }

    @Test func aDamagedFileIsMovedAsideAndReplaced() throws {
        try folder.write(
            "not a database at all, and long enough to be looked at", to: "history.sqlite")
        let database = try HistoryDatabase(path: path)
        #expect(database.warning?.contains("history.sqlite.damaged-1") == true)
        #expect(try database.runs().isEmpty)
        #expect(FileManager.default.fileExists(atPath: path + ".damaged-1"))
        #expect(try HistoryDatabase(path: path).warning == nil)
    }

    @Test func damageAtAnyPageNeverTraps() throws {
        do {
            let database = try HistoryDatabase(path: path)
            for step in 0..<20 {
                let id = try database.start(run())
                try database.record(
                    [SeriesPoint(stage: "s", series: "loss", step: step, value: 1)], run: id)
            }
        }
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(sound.count > 4096)
        for offset in stride(from: 0, to: sound.count, by: 509) {
            let place = folder.file("damaged-\(offset).sqlite")
            var bytes = [UInt8](sound)
            for index in offset..<min(offset + 40, bytes.count) { bytes[index] ^= 0xA5 }
            try folder.write(bytes, to: "damaged-\(offset).sqlite")
            // Either refused with an error or replaced; what is read afterwards is whole.
            if let database = try? HistoryDatabase(path: place) {
                _ = try? database.runs()
                _ = try? database.start(run())
            }
        }
    }

    @Test func aCutFileIsReplaced() throws {
        do {
            let database = try HistoryDatabase(path: path)
            for _ in 0..<50 { _ = try database.start(run()) }
        }
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        try folder.write([UInt8](sound.prefix(sound.count / 2)), to: "cut.sqlite")
        let database = try HistoryDatabase(path: folder.file("cut.sqlite"))
        #expect(database.warning != nil)
        #expect(try database.runs().isEmpty)
    }

    @Test func aFileOfANewerVersionIsLeftAlone() throws {
        do {
            let database = try HistoryDatabase(path: path)
            try database.queue.write { connection in
                try connection.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')")
            }
        }
        #expect(throws: HistoryError.newer(path: path)) { try HistoryDatabase(path: path) }
        #expect(!FileManager.default.fileExists(atPath: path + ".damaged-1"))
    }

    @Test func aPlaceThatCannotBeWrittenIsAnError() throws {
        #expect(throws: HistoryError.self) {
            try HistoryDatabase(path: folder.file("absent/history.sqlite"))
        }
    }
}
