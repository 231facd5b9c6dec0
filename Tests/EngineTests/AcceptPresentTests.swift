import Engine
import Pipelines
import Testing

struct AcceptPresentTests {
    private static func accept(
        _ test: TestProject, _ answer: Bool = true
    ) throws -> [AcceptPresent.Outcome] {
        try AcceptPresent(project: test.project).run(test.request().stages) { _, _ in answer }
            .map(\.outcome)
    }

    @Test func whatARunDidNotCommitIsCommittedWithoutAQuestion() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run(adjust: { $0.keepsOuts = false })
        let lock = try test.read(LockFile.name)
        let outcomes = try AcceptPresentTests.accept(test, false)
        #expect(outcomes == Array(repeating: .committed, count: 4))
        #expect(try test.read(LockFile.name) == lock)
        #expect(
            try AcceptPresentTests.accept(test, false) == Array(repeating: .unchanged, count: 4))
        try test.remove("three.txt")
        #expect(try await test.run().stages(.restored) == ["third"])
    }

    @Test func anEditedOutIsTheResultFromThenOn() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.write("by hand", to: "three.txt")
        #expect(
            try AcceptPresentTests.accept(test, false)
                == [.unchanged, .unchanged, .refused, .unchanged])
        #expect(
            try AcceptPresentTests.accept(test) == [.unchanged, .unchanged, .committed, .unchanged])
        test.registry = .init([Forbidden.self])
        #expect(try await test.run().stages(.upToDate).count == 4)
        try test.remove("three.txt")
        #expect(try await test.run().stages(.restored) == ["third"])
        #expect(try test.read("three.txt") == "by hand")
    }

    @Test func stagesThatNeverRanAreTakenAsTheyAre() async throws {
        let test = try TestProject()
        test.stage("hand", commands: ["false"], outs: [test.out("made")])
        #expect { try AcceptPresentTests.accept(test) } throws: {
            "\($0)".hasPrefix("pipeline.yml:1:1: out 'made' of stage 'hand' does not exist")
        }
        try test.write("mine", to: "made")
        #expect(try AcceptPresentTests.accept(test) == [.committed])
        #expect(try await test.run().stages(.upToDate) == ["hand"])
    }
}
