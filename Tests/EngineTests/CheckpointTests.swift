import Engine
import FoundationEssentials
import StageKit
import Testing

/// Writes down that it was here and is then interrupted, until it finds what it wrote.
private struct Interrupted: StageModule {
    static let name = "interrupted"
    static let summary = "goes on where it was stopped"
    static let codeDigest = "interrupted-1"

    func run(_ context: StageContext) async throws {
        let folder = try #require(context.checkpointFolder)
        let state = folder + "/state"
        guard FileManager.default.fileExists(atPath: state) else {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: URL(filePath: state))
            throw CancellationError()
        }
        try Toy.write("went on", context)
    }
}

@Suite struct CheckpointTests {
    private func project() throws -> TestProject {
        let test = try TestProject()
        test.registry = StageRegistry([Interrupted.self])
        try test.params(first: "1", second: "")
        test.stage(
            "long", module: "interrupted", params: ["first.text"], outs: [test.out("out.txt")])
        return test
    }

    @Test func `an interrupted stage finds its checkpoint again, and it goes with success`()
        async throws
    {
        let test = try project()
        await #expect(throws: CancellationError.self) { try await test.run() }
        try await test.run()
        #expect(try test.read("out.txt") == "went on")
        #expect(try !test.exists(".nlpipe/tmp/checkpoints/long"))
    }

    @Test func `a checkpoint serves its own fingerprint only, and never a forced run`()
        async throws
    {
        let test = try project()
        await #expect(throws: CancellationError.self) { try await test.run() }
        try test.params(first: "2", second: "")
        await #expect(throws: CancellationError.self) { try await test.run() }
        await #expect(throws: CancellationError.self) { try await test.run(force: true) }
        try await test.run()
        #expect(try test.read("out.txt") == "went on")
    }
}
