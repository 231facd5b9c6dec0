import Engine
import Pipelines
import StageKit
import Testing

struct SchedulerTests {
    @Test func nothingRunsTwice() async throws {
        let test = try TestProject()
        try test.chain()
        let first = try await test.run()
        #expect(first.stages(.ran) == ["first", "second", "third", "beside"])
        #expect(try test.read("three.txt") == "x;one/out.txt=1;data/in.txt=raw;;1end\n")
        let lock = try test.read(LockFile.name)
        test.registry = StageRegistry([Forbidden.self])
        let second = try await test.run()
        #expect(second.stages(.upToDate) == ["first", "second", "third", "beside"])
        #expect(try test.read(LockFile.name) == lock)
        #expect(second.lockDigest == first.lockDigest)
        #expect(try test.lock().text == lock)
    }

    @Test func anEditedParameterRerunsItsDependentsOnlyAndEditedBackRunsNothing() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        let lock = try test.read(LockFile.name)
        try test.params(first: "1", second: "y")
        let changed = try await test.run()
        #expect(changed.stages(.ran) == ["second", "third"])
        #expect(
            changed.items.first { $0.stage == "second" }?.reasons.map(\.description)
                == [#"params.yaml second.text "x" → "y""#])
        #expect(try test.read("three.txt").hasPrefix("y;"))

        try test.params(first: "1", second: "x")
        test.registry = StageRegistry([Forbidden.self])
        let back = try await test.run()
        #expect(back.stages(.restored) == ["second", "third"])
        #expect(back.stages(.ran).isEmpty)
        #expect(try test.read("three.txt").hasPrefix("x;"))
        #expect(try test.read("metrics/metric.json").hasPrefix("x;"))
        #expect(try test.read(LockFile.name) == lock)
        #expect(try await test.run().stages(.upToDate).count == 4)
    }

    @Test func anEqualResultStopsThere() async throws {
        let test = try TestProject()
        try test.write("in", to: "in.txt")
        try test.write("first: {other: 1}\n", to: "params.yaml")
        test.stage("first", deps: ["in.txt"], params: ["first.other"], outs: [test.out("a")])
        test.stage("second", deps: ["a"], outs: [test.out("out")])
        try await test.run()
        try test.write("first: {other: 2}\n", to: "params.yaml")
        let summary = try await test.run()
        #expect(summary.stages(.ran) == ["first"])
        #expect(summary.stages(.upToDate) == ["second"])
    }

    @Test func editedCodeRerunsItsStages() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        test.registry = StageRegistry([EditedToy.self])
        let summary = try await test.run()
        #expect(summary.stages(.ran) == ["first", "second", "third", "beside"])
        #expect(summary.items[0].reasons == [.codeChanged])
        #expect(summary.items[2].reasons == [.depChanged(path: "two/folder", .modified)])
    }

    @Test(arguments: ["one/out.txt", "two/folder", "two/folder/inner/two", "three.txt"])
    func anEditedOrDeletedOutIsRestored(path: String) async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        test.registry = StageRegistry([Forbidden.self])
        let before = path == "two/folder" ? "" : try test.read(path)
        try test.remove(path)
        #expect(try await test.run().stages(.restored).count == 1)
        guard path != "two/folder" else { return }
        #expect(try test.read(path) == before)
        try test.write("edited", to: path)
        #expect(try await test.run().stages(.restored).count == 1)
        #expect(try test.read(path) == before)
        #expect(try await test.run().stages(.upToDate).count == 4)
    }

    @Test func aDamagedObjectIsAMissAndIsNotHandedOut() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        let digest = try #require(
            try test.lock().entries["first"]?.content(of: "one/out.txt")?.digest.hex)
        let object = ".nlpipe/cache/objects/\(digest.prefix(2))/\(digest.dropFirst(2))"
        let size = try test.read(object).count
        try test.remove(object)
        try test.write(String(repeating: "?", count: size), to: object)
        try test.remove("one/out.txt")
        #expect(try await test.run().stages(.ran) == ["first"])
        #expect(try test.read("one/out.txt") == test.read(object))
        #expect(try test.exists(".nlpipe/cache/damaged/\(digest)"))
        try test.remove(object)
        try test.remove("one/out.txt")
        #expect(try await test.run().stages(.ran) == ["first"])
    }

    @Test func aVolatileOutIsRecordedAndNeverCompared() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.write("other", to: "two/volatile.txt")
        #expect(try await test.run().stages(.upToDate).count == 4)
        try test.remove("two/volatile.txt")
        #expect(try await test.run().stages(.upToDate).count == 4)
        #expect(try test.lock().entries["second"]?.content(of: "two/volatile.txt") == nil)
    }

    @Test func aDepThatChangesDuringTheRunIsNotRecorded() async throws {
        let test = try TestProject()
        try test.write("in", to: "in.txt")
        test.stage("stage", module: "meddler", deps: ["in.txt"], outs: [test.out("out")])
        await #expect {
            try await test.run()
        } throws: {
            "\($0)".hasPrefix("stage 'stage' failed: its dep 'in.txt' changed while it ran")
        }
        #expect(try !test.exists("out"))
        #expect(try !test.exists(LockFile.name))
    }

    @Test func parametersThatChangeDuringTheRunAreNotRecorded() async throws {
        let test = try TestProject()
        try test.write("n: 1\n", to: "params.yaml")
        test.stage(
            "stage", commands: ["cp params.yaml out", "echo 'n: 2' > params.yaml"],
            params: ["n"], outs: [test.out("out")])
        await #expect {
            try await test.run()
        } throws: {
            "\($0)".hasPrefix("stage 'stage' failed: its parameters changed while it ran")
        }
        #expect(try !test.exists(LockFile.name))
    }

    @Test func aFailingCommandNamesItsCodeAndLogAndLeavesTheRecord() async throws {
        let test = try TestProject()
        test.stage("good", commands: ["echo 1 > a"], outs: [test.out("a")])
        test.stage(
            "bad", commands: ["echo said; echo cried >&2; exit 7"], deps: ["a"],
            outs: [test.out("b")])
        await #expect {
            try await test.run()
        } throws: {
            "\($0)" == """
                stage 'bad' failed: its command ended with code 7
                  command: echo said; echo cried >&2; exit 7
                  log:     .nlpipe/tmp/logs/bad.log
                """
        }
        let log = try test.read(".nlpipe/tmp/logs/bad.log")
        #expect(log.contains("said\n") && log.contains("cried\n"))
        #expect(try test.lock().entries.keys.sorted() == ["good"])
        #expect(try await test.run(["good"]).stages(.upToDate) == ["good"])
    }

    @Test func anOutThatIsNotMadeIsAnError() async throws {
        let test = try TestProject()
        test.stage("stage", commands: ["true"], outs: [test.out("a")])
        await #expect {
            try await test.run()
        } throws: { "\($0)".hasPrefix("pipeline.yml:1:1: stage 'stage' did not make its out 'a'") }
    }

    @Test func everythingMissingIsSaidBeforeAnythingRuns() async throws {
        let test = try TestProject()
        test.stage("first", commands: ["echo > a"], outs: [test.out("a")])
        test.stage("second", deps: ["nowhere"], params: ["x"], outs: [test.out("out")])
        test.stage("third", module: "unheard", deps: ["a"], outs: [test.out("b")])
        await #expect {
            try await test.run()
        } throws: { error in
            let found = (error as? DefinitionError)?.diagnostics.map(\.message) ?? []
            return found.count == 3
                && found.contains("dep 'nowhere' of stage 'second' does not exist")
        }
        #expect(try !test.exists("a"))
    }

    @Test func forceRunsAndASingleTargetLeavesUpstreamAlone() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        #expect(try await test.run(["first"], force: true).items[0].reasons == [.forced])
        try test.params(first: "2", second: "y")
        #expect(try await test.run(["second"], single: true).stages(.ran) == ["second"])
        #expect(try test.read("one/out.txt").hasPrefix("1;"))
    }

    @Test func environmentVariablesAreInputsAndStayOutOfTheLock() async throws {
        let test = try TestProject()
        test.environment["TOKEN"] = "secret"
        test.stage(
            "stage", commands: ["echo $TOKEN $NLPIPE_STAGE > a"], outs: [test.out("a")],
            environment: ["TOKEN"])
        try await test.run()
        #expect(try test.read("a") == "secret stage\n")
        #expect(try !test.read(LockFile.name).contains("secret"))
        test.environment["TOKEN"] = "other"
        #expect(try await test.run().items[0].reasons == [.environmentChanged(name: "TOKEN")])
    }

    @Test func changedUpstreamRecordsRerunWhoReadsThem() async throws {
        let test = try TestProject()
        try test.write("in", to: "in.txt")
        try test.write("first: {other: 1}\n", to: "params.yaml")
        test.stage("first", deps: ["in.txt"], params: ["first.other"], outs: [test.out("a")])
        test.stage("second", deps: ["a"], outs: [test.out("b")])
        test.stage("last", module: "witness", deps: ["b"], outs: [test.out("out")])
        try await test.run()
        #expect(try test.read("out") == "first toy-1\nsecond toy-1")
        try test.write("first: {other: 2}\n", to: "params.yaml")
        let summary = try await test.run()
        #expect(summary.stages(.ran) == ["first", "last"])
        #expect(summary.items[2].reasons == [.upstreamProvenance])
    }

    @Test func aFrozenStageKeepsItsOutsWhateverItsDeps() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        test.stages[0].frozen = true
        try test.write("new", to: "data/in.txt")
        #expect(try await test.run().stages(.ran) == ["beside"])
        try test.remove("one/out.txt")
        #expect(try await test.run().stages(.restored) == ["first"])
    }

    @Test func stagesThatNothingCanTellRunEveryTimeAndPersistedOutsStay() async throws {
        let test = try TestProject()
        test.stage(
            "grow", commands: ["echo line >> log.txt"], outs: [test.out("log.txt", persist: true)],
            always: true)
        test.stage("greet", commands: ["echo hello"])
        try await test.run()
        #expect(try await test.run().stages(.ran) == ["grow", "greet"])
        #expect(try test.read("log.txt") == "line\nline\n")
    }

    @Test func aSecondProcessIsToldWhoIsAtWork() async throws {
        let test = try TestProject()
        try test.chain()
        try test.write("", to: ".nlpipe/tmp/lock")
        let held = try test.fileSystem.lock(test.folder.file(".nlpipe/tmp/lock"))
        await #expect {
            try await test.run()
        } throws: { "\($0)".hasPrefix("another process (process ") }
        withExtendedLifetime(held) {}
    }

    @Test func cancellingStopsACommandAndRecordsNothingOfIt() async throws {
        let test = try TestProject()
        test.stage("quick", commands: ["echo > a"], outs: [test.out("a")])
        test.stage("slow", commands: ["sleep 7200"], deps: ["a"], outs: [test.out("b")])
        let events = test.events
        await #expect(throws: CancellationError.self) {
            try await test.run(cancelled: {
                events.all.contains { event in
                    if case .stageStarted("slow", _) = event { true } else { false }
                }
            })
        }
        #expect(try test.lock().entries.keys.sorted() == ["quick"])
    }

    @Test func anOutBehindALinkThatLeavesTheProjectIsRefused() async throws {
        let test = try TestProject()
        let elsewhere = try TestProject()
        try elsewhere.write("precious", to: "out.txt")
        try test.write("in", to: "in.txt")
        test.stage("link", commands: ["ln -s \(elsewhere.folder.path) door"], outs: [])
        test.stage("toy", deps: ["in.txt"], outs: [test.out("door/out.txt")])
        try await test.run(["link"])
        await #expect { try await test.run(["toy"]) } throws: { "\($0)".contains("leads outside") }
        #expect(try elsewhere.read("out.txt") == "precious")
    }

    @Test(arguments: [".git", ".nlpipe/objects"])
    func anOutBehindALinkIntoAFolderOfGitOrOfOursIsRefused(folder: String) async throws {
        let test = try TestProject()
        try test.write("precious", to: "\(folder)/out.txt")
        try test.write("in", to: "in.txt")
        test.stage("link", commands: ["ln -s \(folder) door"], outs: [])
        test.stage("toy", deps: ["in.txt"], outs: [test.out("door/out.txt")])
        try await test.run(["link"])
        await #expect { try await test.run(["toy"]) } throws: { "\($0)".contains("leads outside") }
        #expect(try test.read("\(folder)/out.txt") == "precious")
    }
}
