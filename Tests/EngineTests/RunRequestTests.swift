import Engine
import Pipelines
import Testing

/// The flags of `repro` that change what a run does.
struct RunRequestTests {
    /// `bad` fails; `after` and `last` need it; `beside` and `end` do not.
    private static func broken() throws -> TestProject {
        let test = try TestProject()
        test.stage("bad", commands: ["exit 3"], outs: [test.out("bad")])
        test.stage("after", commands: ["touch after"], deps: ["bad"], outs: [test.out("after")])
        test.stage("last", commands: ["touch last"], deps: ["after"], outs: [test.out("last")])
        test.stage("beside", commands: ["touch beside"], outs: [test.out("beside")])
        test.stage("end", commands: ["touch end"], deps: ["beside"], outs: [test.out("end")])
        return test
    }

    @Test(arguments: [1, 3])
    func keepGoingLeavesOutOnlyWhatDependsOnAFailure(jobs: Int) async throws {
        let test = try RunRequestTests.broken()
        test.jobs = jobs
        let summary = try await test.run(adjust: { $0.onFailure = .keepGoing })
        #expect(summary.items.map(\.stage) == ["bad", "after", "last", "beside", "end"])
        #expect(summary.stages(.failed) == ["bad"])
        #expect(summary.stages(.notRun) == ["after", "last"])
        #expect(summary.stages(.ran) == ["beside", "end"])
        #expect(try test.lock().entries.keys.sorted() == ["beside", "end"])
        let labels = test.events.all.map(\.label)
        #expect(labels.contains("last not run after [\"after\"]"))
    }

    @Test func ignoringErrorsRunsWhatFollowsWithWhatIsThere() async throws {
        let test = try RunRequestTests.broken()
        test.stages[0].action = .command(["touch bad; exit 3"])
        let summary = try await test.run(adjust: { $0.onFailure = .ignore })
        #expect(summary.stages(.failed) == ["bad"])
        #expect(summary.stages(.ran) == ["after", "last", "beside", "end"])
    }

    @Test func forcingDownstreamRunsWhatFollowsAChangeAndNothingElse() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        let force: (inout RunRequest) -> Void = { $0.forceDownstream = true }
        #expect(try await test.run(adjust: force).stages(.upToDate).count == 4)
        try test.write("raw", to: "data/in.txt")
        try test.remove("one/out.txt")
        let summary = try await test.run(adjust: force)
        #expect(summary.stages(.restored) == ["first"])
        #expect(summary.stages(.ran) == ["second", "third"])
        #expect(summary.stages(.upToDate) == ["beside"])
    }

    @Test func withoutTheRunCacheOnlyWhatTheLockRecordsIsRestored() async throws {
        let test = try TestProject()
        try test.chain()
        try test.write("raw", to: "data/in.txt")
        try await test.run()
        let withoutRunCache: (inout RunRequest) -> Void = { $0.usesRunCache = false }
        try test.remove("three.txt")
        let same = try await test.run(adjust: withoutRunCache)
        #expect(same.stages(.restored) == ["third"])
        #expect(same.stages(.ran).isEmpty)
        try test.write("other", to: "data/in.txt")
        try await test.run()
        // The run cache knows this one, the lock no longer does.
        try test.write("raw", to: "data/in.txt")
        let back = try await test.run(adjust: withoutRunCache)
        #expect(back.stages(.ran).first == "first")
        #expect(back.stages(.restored).isEmpty)
    }

    @Test func withoutACommitOnlyTheLockKnows() async throws {
        let test = try TestProject()
        try test.chain()
        let summary = try await test.run(adjust: { $0.keepsOuts = false })
        #expect(summary.stages(.ran).count == 4)
        #expect(try !test.exists(".nlpipe/cache/objects"))
        #expect(try !test.exists(".nlpipe/runs"))
        #expect(try await test.run().stages(.upToDate).count == 4)
        try test.remove("three.txt")
        #expect(try await test.run().stages(.ran) == ["third"])
    }

    @Test func everythingConnectedIsFoundInBothDirections() throws {
        let test = try TestProject()
        try test.chain()
        test.stage("alone", commands: ["true"])
        let graph = try test.project.graph
        #expect(graph.connected(with: ["third"]) == ["first", "second", "third"])
        #expect(graph.connected(with: ["alone"]) == ["alone"])
        test.stages[2].frozen = true
        let cut = try test.project.graph
        #expect(cut.connected(with: ["first"], pastFrozen: false) == ["first", "second"])
        #expect(cut.connected(with: ["third"], pastFrozen: false) == ["third"])
        #expect(cut.connected(with: ["third"]) == ["first", "second", "third"])
    }

    @Test func whatIsCalledBeforeAChangeCanEndARunThatGoesOnAfterFailures() async throws {
        struct Refused: Error {}
        let test = try RunRequestTests.broken()
        var request = try test.request()
        request.onFailure = .keepGoing
        let scheduler = Scheduler(
            project: try test.project, threads: 1,
            beforeChange: { if $0.name == "beside" { throw Refused() } })
        await #expect(throws: Refused.self) { try await scheduler.run(request) }
        #expect(try !test.exists("end"))
    }
}
