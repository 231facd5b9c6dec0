import Pipelines
import Testing

@testable import Engine

/// Deps that are patterns.
struct PatternDepTests {
    private static func project() throws -> TestProject {
        let test = try TestProject()
        for name in ["b.csv", "a.csv", "deep/c.csv", "other.txt"] {
            try test.write(name, to: "data/\(name)")
        }
        test.stage(
            "join", commands: ["cat data/*.csv > all"], deps: ["data/**/*.csv"],
            outs: [test.out("all")])
        return test
    }

    private static func reasons(_ test: TestProject) throws -> [String] {
        try Planner(project: test.project).plan(test.request()).flatMap(\.changes)
            .map(\.description)
    }

    @Test func everyFileThatMatchesIsADep() async throws {
        let test = try PatternDepTests.project()
        try await test.run()
        let deps = try #require(test.lock().entries["join"]).fingerprint.deps.map(\.path)
        #expect(deps == ["data/a.csv", "data/b.csv", "data/deep/c.csv"])
        #expect(try PatternDepTests.reasons(test).isEmpty)
        try test.write("new text", to: "data/other.txt")
        #expect(try await test.run().stages(.upToDate) == ["join"])
    }

    @Test func theFilesThatCameWentAndChangedAreNamed() async throws {
        let test = try PatternDepTests.project()
        try await test.run()
        try test.write("new", to: "data/deep/d.csv")
        try test.write("changed", to: "data/a.csv")
        try test.remove("data/b.csv")
        #expect(
            try PatternDepTests.reasons(test) == [
                "dep 'data/a.csv' changed", "dep 'data/deep/d.csv' is new",
                "dep 'data/b.csv' is missing",
            ])
        let planned = try Planner(project: test.project).plan(test.request(), explaining: true)
        #expect(planned[0].explanations.allSatisfy { $0.place == TestProject.place })
        #expect(try await test.run().stages(.ran) == ["join"])
        #expect(try PatternDepTests.reasons(test).isEmpty)
    }

    @Test func aFileThatComesWhileTheStageRunsIsNotOverlooked() async throws {
        let test = try PatternDepTests.project()
        test.stage(
            "grow", commands: ["cat data/*.csv > grown", "echo late > data/late.csv"],
            deps: ["data/*.csv"], outs: [test.out("grown")])
        await #expect {
            try await test.run(["grow"])
        } throws: {
            "\($0)".contains("data/late.csv")
        }
        #expect(try !test.exists("pipeline.lock"))
    }

    @Test func aPatternThatMatchesNothingIsALocatedError() async throws {
        let test = try PatternDepTests.project()
        test.stage("none", commands: ["true"], deps: ["data/*.json"], outs: [test.out("n")])
        await #expect {
            try await test.run()
        } throws: {
            "\($0)".hasPrefix(
                "pipeline.yml:1:1: error: dep 'data/*.json' of stage 'none' matches nothing")
        }
        #expect(try !test.exists("all"))
    }

    @Test func stagesUpstreamMayMakeWhatMatches() async throws {
        let test = try TestProject()
        try test.write("1", to: "raw")
        test.stage(
            "split", commands: ["mkdir parts && cp raw parts/x.csv && cp raw parts/y.csv"],
            deps: ["raw"], outs: [test.out("parts")])
        test.stage(
            "join", commands: ["cat parts/*.csv > all"], deps: ["parts/*.csv"],
            outs: [test.out("all")])
        let before = try Planner(project: test.project).plan(test.request())
        #expect(before.map(\.stage) == ["split", "join"])
        #expect(try await test.run().stages(.ran) == ["split", "join"])
        #expect(try await test.run().stages(.upToDate) == ["split", "join"])
        try test.write("2", to: "raw")
        #expect(try await test.run().stages(.ran) == ["split", "join"])
        // What the stage upstream does not make after all.
        test.stages[0].action = .command(["mkdir parts"])
        await #expect {
            try await test.run()
        } throws: {
            "\($0)" == """
                pipeline.yml:1:1: dep 'parts/*.csv' of stage 'join' matches nothing
                hint: 'split' could make what it matches, and did not
                """
        }
    }

    @Test func modulesGetThePathsThatMatch() async throws {
        let test = try PatternDepTests.project()
        test.ignored.add("b.csv\n")
        test.stages = []
        test.stage("toy", deps: ["data/*.csv"], outs: [test.out("out.txt")])
        try await test.run()
        #expect(try test.read("out.txt") == "data/a.csv=a.csv;")
    }
}
