import Engine
import Testing

struct PlannerTests {
    private static func plan(_ test: TestProject, force: Bool = false) throws -> [String: Prospect]
    {
        let planned = try Planner(project: test.project).plan(test.request(force: force))
        return Dictionary(uniqueKeysWithValues: planned.map { ($0.stage, $0.prospect) })
    }

    @Test func aPlanOfANewProjectSaysWhatIsCertainAndWhatIsNot() throws {
        let test = try TestProject()
        try test.chain()
        let plan = try PlannerTests.plan(test)
        #expect(plan["first"] == .run([.neverRun]))
        // No earlier run can have made what they are going to make.
        #expect(plan["second"] == .run([.neverRun]))
        #expect(plan["third"] == .run([.neverRun]))
        #expect(plan["beside"] == .run([.neverRun]))
        #expect(try !test.exists("one"))
        #expect(try !test.exists(LockFile.name))
    }

    @Test func followersOfAChangedStageAreUndecidedAndNotCalledUpToDate() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        #expect(try PlannerTests.plan(test).values.allSatisfy { $0 == .upToDate })
        try test.params(first: "2", second: "x")
        let plan = try PlannerTests.plan(test)
        #expect(
            plan["first"]
                == .run([
                    .paramChanged(
                        file: "params.yaml", key: "first.text", old: "\"1\"", new: "\"2\"")
                ]))
        #expect(plan["second"] == .undecided([], after: ["first"]))
        #expect(plan["third"] == .undecided([], after: ["second"]))
        #expect(plan["beside"] == .upToDate)
    }

    @Test func whatWillBeRestoredIsFollowedThroughTheChain() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.params(first: "2", second: "x")
        try await test.run()
        try test.params(first: "1", second: "x")
        let plan = try PlannerTests.plan(test)
        for stage in ["first", "second", "third"] {
            guard case .restore = plan[stage] else {
                Issue.record("\(stage): \(String(describing: plan[stage]))")
                continue
            }
        }
        #expect(try await test.run().stages(.restored) == ["first", "second", "third"])
    }

    @Test func changesSayWhatDiffersNowWhateverWillHappenUpstream() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.write("edited", to: "one/out.txt")
        let planned = try Planner(project: test.project).plan(test.request())
        #expect(planned[0].changes == [.outEdited(path: "one/out.txt")])
        #expect(planned[1].changes == [.depChanged(path: "one/out.txt", .modified)])
        guard case .restore = planned[0].prospect else {
            Issue.record("\(planned[0].prospect)")
            return
        }
        #expect(planned[1].prospect == .upToDate)
    }

    @Test func aPlanIsKeptByTheRun() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.params(first: "1", second: "z")
        let plan = try PlannerTests.plan(test)
        let summary = try await test.run()
        for item in summary.items {
            switch (plan[item.stage], item.outcome) {
            case (.upToDate, .upToDate), (.restore, .restored), (.run, .ran), (.undecided, _): break
            default: Issue.record("\(item.stage): planned otherwise than it went")
            }
        }
        let forced = try PlannerTests.plan(test, force: true)
        for prospect in forced.values {
            guard case .run = prospect else {
                Issue.record("\(prospect)")
                continue
            }
        }
    }

    @Test func aPlanHeedsTheFlagsOfTheRun() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.remove("one/out.txt")
        func plan(_ adjust: (inout RunRequest) -> Void) throws -> [String] {
            var request = try test.request()
            adjust(&request)
            return try Planner(project: test.project).plan(request).map { planned in
                switch planned.prospect {
                case .upToDate: "up to date"
                case .restore: "restore"
                case .run: "run"
                case .undecided: "undecided"
                }
            }
        }
        #expect(try plan { _ in } == ["restore", "up to date", "up to date", "up to date"])
        // What the lock itself records is restored without the run cache too.
        #expect(
            try plan { $0.usesRunCache = false }
                == ["restore", "up to date", "up to date", "up to date"])
        #expect(try plan { $0.forceDownstream = true } == ["restore", "run", "run", "up to date"])
    }

    /// What is brought anew is not known before it is there.
    @Test func anImportWhoseSourceChangedWillRunAndWhatReadsItMay() async throws {
        let test = try TestProject()
        try test.write("one", to: "got")
        let tracked = try TrackData(project: try test.project).stage(for: "got")
        test.stages = [tracked]
        test.stage("reader", commands: ["cat got > copy"], deps: ["got"], outs: [test.out("copy")])
        try TrackData(project: try test.project).run([tracked])
        try await test.run()
        let change = RunReason.depChanged(path: "http://localhost/got", .modified)
        let planned = try Planner(project: test.project).plan(
            test.request(), explaining: true, sources: [tracked.name: change])
        #expect(planned.map(\.prospect) == [.run([change]), .undecided([], after: ["got.dvc"])])
        #expect(planned.map(\.changes) == [[change], []])
        #expect(planned.first?.explanations.first?.subject.contains("http://localhost/got") == true)
        let calm = try Planner(project: test.project).plan(test.request())
        #expect(calm.map(\.prospect) == [.upToDate, .upToDate])
    }
}
