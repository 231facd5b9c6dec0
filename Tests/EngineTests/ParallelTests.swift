import ContentStore
import Engine
import Glibc
import Pipelines
import Testing

struct ParallelTests {
    /// Two stages that end only if they run at the same time: each waits for the other at a pipe.
    private static func pair() throws -> TestProject {
        let test = try TestProject()
        test.jobs = 2
        for name in ["there", "back"] { #expect(mkfifo(test.folder.file(name), 0o600) == 0) }
        test.stage(
            "a", commands: ["echo one > there; cat back > a"], outs: [test.out("a")])
        test.stage(
            "b", commands: ["cat there > b; echo two > back"], outs: [test.out("b")])
        return test
    }

    @Test func independentStagesRunSideBySide() async throws {
        let test = try ParallelTests.pair()
        let summary = try await test.run()
        #expect(summary.stages(.ran) == ["a", "b"])
        #expect(try test.read("a") == "two\n")
        #expect(try test.read("b") == "one\n")
        #expect(try test.lock().entries.keys.sorted() == ["a", "b"])
    }

    @Test func aLaterStageIsHeardWhenTheEarlierHasEnded() async throws {
        let test = try TestProject()
        test.jobs = 2
        #expect(mkfifo(test.folder.file("pipe"), 0o600) == 0)
        test.stage("slow", commands: ["head -n 1 pipe", "echo late"], outs: [])
        test.stage("quick", commands: ["echo early"], outs: [])
        // Open at both ends, so that neither side waits for the other to open it.
        let pipe = open(test.folder.file("pipe"), O_RDWR)
        defer { close(pipe) }
        let (heard, watched) = (test.events, test.watched)
        let scheduler = Scheduler(
            project: try test.project, threads: 1, listener: { heard.add($0) },
            watcher: { event in
                watched.add(event)
                // The slow one goes on once the quick one has ended, which nobody has heard yet.
                guard event.label == "quick finished" else { return }
                #expect(!heard.all.contains { $0.stage == "quick" })
                #expect(write(pipe, "said\n", 5) == 5)
            })
        var request = try test.request()
        request.jobs = 2
        _ = try await scheduler.run(request)
        #expect(
            test.events.all.map(\.label) == [
                "slow started", "slow said\n", "slow late\n", "slow finished",
                "quick started", "quick early\n", "quick finished",
            ])
        #expect(
            watched.all.map(\.label).sorted() == test.events.all.map(\.label).sorted())
    }

    @Test func aFailureStartsNothingNewAndLetsWhatRunsFinish() async throws {
        let test = try TestProject()
        test.jobs = 2
        #expect(mkfifo(test.folder.file("pipe"), 0o600) == 0)
        test.stage("bad", commands: ["echo > pipe; exit 5"], outs: [test.out("bad")])
        test.stage("good", commands: ["cat pipe; echo > good"], outs: [test.out("good")])
        test.stage("after", commands: ["echo > after"], deps: ["good"], outs: [test.out("after")])
        await #expect {
            try await test.run()
        } throws: { "\($0)".hasPrefix("stage 'bad' failed: its command ended with code 5") }
        let lock = try test.lock()
        #expect(lock.entries["bad"] == nil)
        // Which of the two ended first is not ours to say; what is on record is true.
        for stage in lock.entries.keys { #expect(try test.exists(stage)) }
        #expect(lock.entries["good"] != nil)
    }

    @Test func cancellingStopsAllThatRun() async throws {
        let test = try TestProject()
        test.jobs = 3
        test.stage("quick", commands: ["echo > a"], outs: [test.out("a")])
        for name in ["x", "y"] {
            test.stage(name, commands: ["sleep 7200"], deps: ["a"], outs: [test.out(name)])
        }
        let watched = test.watched
        await #expect(throws: CancellationError.self) {
            try await test.run(cancelled: {
                let started = watched.all.filter { event in
                    if case .stageStarted = event { true } else { false }
                }
                return started.count == 3
            })
        }
        #expect(try test.lock().entries.keys.sorted() == ["quick"])
        let stopped = test.events.all.compactMap { event in
            if case .interrupted(let stage, _) = event { stage } else { nil }
        }
        #expect(stopped == ["x", "y"])
    }

    @Test func manyStagesAreOnRecordInOneLockAndNotRewrittenForEach() async throws {
        let test = try TestProject()
        let files = CountingFileSystem(LockFile.name)
        test.fileSystem = files
        test.jobs = 4
        try test.write("in", to: "in")
        for number in 0..<100 {
            test.stage("s\(number)", deps: ["in"], outs: [test.out("d\(number)/out")])
        }
        #expect(try await test.run().stages(.ran).count == 100)
        #expect(try test.lock().entries.count == 100)
        #expect(try test.lock().text == test.read(LockFile.name))
        #expect(files.count < 60)
        #expect(try await test.run().stages(.upToDate).count == 100)
    }
}
