import ContentStore
import Engine
import Foundation
import Pipelines
import Synchronization
import Testing

struct OutTests {
    @Test(arguments: ["ln -s /etc/hostname out", "ln -s nowhere out", "mkfifo out"])
    func whatCannotBeAnOutIsReplacedByTheNextRun(command: String) async throws {
        let test = try TestProject()
        test.stage("make", commands: [command], outs: [test.out("out")])
        await #expect(throws: (any Error).self) { try await test.run() }
        test.stages[0].action = .command(["echo sound > out"])
        #expect(try await test.run().stages(.ran) == ["make"])
        #expect(try test.read("out") == "sound\n")
        // Made by hand, it is an edit like any other: checkout asks for `force`.
        try test.remove("out")
        try symlink("/etc/hostname", at: test.folder.file("out"))
        let checkout = Checkout(project: try test.project)
        #expect(try checkout.run(test.stages).kept == ["out"])
        #expect(try checkout.run(test.stages, force: true).modified == ["out"])
        #expect(try test.read("out") == "sound\n")
        #expect(try await test.run().stages(.upToDate) == ["make"])
    }

    private func symlink(_ target: String, at path: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    @Test func aStageIsAnnouncedBeforeItsOutsChangeAndOnlyThen() async throws {
        let test = try TestProject()
        try test.chain()
        let seen = Mutex<[String]>([])
        let run = { (stop: String?) in
            let scheduler = Scheduler(
                project: try test.project, threads: 1,
                beforeChange: { stage in
                    if stage.name == stop { throw CancellationError() }
                    seen.withLock { $0.append(stage.name) }
                })
            _ = try await scheduler.run(RunRequest(stages: test.stages))
        }
        await #expect(throws: CancellationError.self) { try await run("second") }
        #expect(seen.withLock { $0 } == ["first"])
        #expect(try LocalFileSystem().status(test.folder.file("two")) == nil)
        try await run(nil)
        try await run(nil)
        #expect(seen.withLock { $0 } == ["first", "second", "third", "beside"])
    }
}
