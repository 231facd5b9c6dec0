import ContentStore
import Engine
import Foundation
import StageKit
import Testing

/// Cases of `docs/reliability.md` that belong to no other suite.
struct ReliabilityTests {
    private let files = LocalFileSystem(durable: false)

    private func made() async throws -> TestProject {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        return test
    }

    private func object(_ test: TestProject, of path: String) throws -> String {
        let outs = try test.lock().entries.values.flatMap(\.outs)
        let content = try #require(outs.first { $0.path == path }?.content)
        return ObjectStore(folder: test.folder.file(".nlpipe/cache"), fileSystem: files)
            .path(of: content.digest)
    }

    @Test func aCommandThatASignalEndsIsNamedWithTheSignal() async throws {
        let test = try TestProject()
        test.stage(
            "shot", commands: ["echo half > out.txt; kill -9 $$"], outs: [test.out("out.txt")])
        let error = await #expect(throws: EngineError.self) { try await test.run() }
        #expect(try #require(error).description.contains("was ended by signal 9"))
        #expect(try !test.exists(LockFile.name))
    }

    @Test(arguments: [-86_400, 86_400])
    func aClockThatJumpsRunsNothingAgain(seconds: Int) async throws {
        let test = try await made()
        test.fileSystem = StepFileSystem(files, 0, .forgotten, ahead: seconds)
        #expect(try await test.run().stages(.upToDate).count == 4)
        let summary = try await test.run(force: true)
        #expect(summary.items.allSatisfy { ($0.trace?.facts.duration ?? -1) >= 0 })
        test.fileSystem = files
        #expect(try await test.run().stages(.upToDate).count == 4)
    }

    @Test func aProjectThatCannotBeWrittenCanBeLookedAt() async throws {
        let test = try await made()
        try test.params(first: "1", second: "other")
        test.fileSystem = StepFileSystem(files, 1, .refusedFromThere(30))  // EROFS
        let planned = try Planner(project: test.project).plan(test.request())
        #expect(planned.contains { $0.prospect != .upToDate })
        let error = await #expect(throws: FileError.self) { try await test.run() }
        let message = try #require(error).description
        #expect(
            message.contains(test.folder.path) && message.contains("hint: it has to be writable"))
    }

    @Test func objectsThatChangedPlacesAreNoticed() async throws {
        let test = try TestProject()
        try test.write("raw", to: "in.txt")
        for name in ["aa", "bb"] {
            test.stage(
                name, commands: ["echo \(name) > \(name).txt"], deps: ["in.txt"],
                outs: [test.out("\(name).txt")])
        }
        try await test.run()
        let (first, second) = (try object(test, of: "aa.txt"), try object(test, of: "bb.txt"))
        try files.rename(first, to: first + "x")
        try files.rename(second, to: first)
        try files.rename(first + "x", to: second)
        for name in ["aa", "bb"] { try test.remove("\(name).txt") }
        #expect(try await test.run().stages(.ran) == ["aa", "bb"])
        for name in ["aa", "bb"] { #expect(try test.read("\(name).txt") == "\(name)\n") }
    }

    @Test func aRecordWithoutItsObjectIsAMiss() async throws {
        let test = try await made()
        try files.remove(try object(test, of: "one/out.txt"))
        try test.remove("one/out.txt")
        #expect(try await test.run().stages(.ran) == ["first"])
        #expect(try test.read("one/out.txt").hasPrefix("1;"))
    }

    @Test func aRunWithoutItsObjectIsNotPromisedToBeRestored() async throws {
        let test = try await made()
        try files.remove(try object(test, of: "one/out.txt"))
        try test.remove("one/out.txt")
        let planned = try Planner(project: test.project).plan(test.request())
        #expect(planned.first?.prospect == .run([.outMissing(path: "one/out.txt")]))
    }

    @Test func aSoundRecordUnderTheNameOfAnotherRunIsAMiss() async throws {
        let test = try TestProject()
        for name in ["a", "b"] {
            try test.write(name, to: "in.txt")
            test.stages = []
            test.stage("s", commands: ["cp in.txt out"], deps: ["in.txt"], outs: [test.out("out")])
            try await test.run()
        }
        let runs = test.folder.file(".nlpipe/runs")
        let paths = try files.list(runs).flatMap { start in
            try files.list("\(runs)/\(start)").map { "\(runs)/\(start)/\($0)" }
        }
        #expect(paths.count == 2)
        let texts = try paths.map { try files.bytes(of: $0) }
        for (path, text) in zip(paths, texts.reversed()) {
            try files.remove(path)
            try files.create(path, text, mode: 0o644)
        }
        try test.remove(LockFile.name)
        try test.write("a", to: "in.txt")
        #expect(try await test.run().stages(.ran) == ["s"])
        #expect(try test.read("out") == "a")
    }

    @Test func aSoundRecordThatDoesNotSayWhatAnOutIsIsAMiss() async throws {
        let test = try TestProject()
        try test.write("a", to: "in.txt")
        test.stage("s", commands: ["cp in.txt out"], deps: ["in.txt"], outs: [test.out("out")])
        try await test.run()
        let runs = test.folder.file(".nlpipe/runs")
        let start = try #require(try files.list(runs).first)
        let path = "\(runs)/\(start)/\(try #require(try files.list("\(runs)/\(start)").first))"
        let line = String(decoding: try files.bytes(of: path), as: UTF8.self)
        let known = /("path":"out"),"sha256":"[0-9a-f]{64}","size":[0-9]+/
        let body = String(line.dropFirst(83).dropLast(2)).replacing(known) { String($0.1) }
        #expect(body.utf8.count < line.utf8.count - 100)
        try files.remove(path)
        try files.create(
            path, Array("{\"sha256\":\"\(Digest(of: body))\",\"run\":\(body)}\n".utf8),
            mode: 0o644)
        try test.remove(LockFile.name)
        try test.write("edited", to: "out")
        #expect(try await test.run().stages(.ran) == ["s"])
        #expect(try test.read("out") == "a")
    }

    @Test func aSoundRecordOfAnotherFormatIsAMiss() async throws {
        let test = try await made()
        try test.remove(LockFile.name)
        let runs = test.folder.file(".nlpipe/runs")
        for start in try files.list(runs) {
            for name in try files.list("\(runs)/\(start)") {
                let path = "\(runs)/\(start)/\(name)"
                let line = String(decoding: try files.bytes(of: path), as: UTF8.self)
                let body = String(line.dropFirst(83).dropLast(2)).replacing(
                    "\"format\":", with: "\"format\":9")
                try files.remove(path)
                try files.create(
                    path,
                    Array("{\"sha256\":\"\(Digest(of: String(body)))\",\"run\":\(body)}\n".utf8),
                    mode: 0o644)
            }
        }
        #expect(try await test.run().stages(.ran).count == 4)
    }

    @Test func aPersistedOutThatIsALinkOutOfTheProjectIsNotWrittenThrough() async throws {
        let (test, outside) = (try TestProject(), try TestProject())
        try outside.write("theirs", to: "file")
        test.stage(
            "grow", commands: ["echo more >> log"], outs: [test.out("log", persist: true)],
            always: true)
        try FileManager.default.createSymbolicLink(
            atPath: test.folder.file("log"), withDestinationPath: outside.folder.file("file"))
        let error = await #expect(throws: FileError.self) { try await test.run() }
        #expect(try #require(error).description.contains("leads outside the project"))
        #expect(try outside.read("file") == "theirs")
    }

    @Test func parametersThatChangeWhileACommandRunsAreNotRecorded() async throws {
        let test = try TestProject()
        try test.params(first: "1", second: "x")
        test.stage(
            "slow", commands: ["sed -i s/1/2/ params.yaml; echo > out.txt"], params: ["first.text"],
            outs: [test.out("out.txt")])
        let error = await #expect(throws: EngineError.self) { try await test.run() }
        #expect(try #require(error).description.contains("its parameters changed while it ran"))
        #expect(try !test.exists(LockFile.name))
        // What was edited is what counts from then on.
        try test.write("first: {text: '3'}\n", to: "params.yaml")
        #expect(try await test.run().stages(.ran) == ["slow"])
    }

    @Test(arguments: ["a b", "quo\"te's", "🦉 ü", String(repeating: "n", count: 250), "a\\b", "-x"])
    func oddNamesComeBack(name: String) async throws {
        let test = try TestProject()
        try test.write("in", to: "in/\(name)")
        test.stage(
            "copy",
            commands: ["mkdir -p made && cp in/* made/ && touch \"$(printf 'made/new\\nline')\""],
            deps: ["in/\(name)"], outs: [test.out("made")])
        try await test.run()
        let whole = try Tree(at: test.folder.file("made"))
        try test.remove("made")
        #expect(try await test.run().stages(.restored) == ["copy"])
        #expect(try Tree(at: test.folder.file("made")) == whole)
        #expect(try test.exists("made/new\nline"))
    }

    @Test func recordsNameNeitherTheFolderNorSecrets() async throws {
        let test = try await made()
        test.environment["TOKEN"] = "hunter2-hunter2"
        test.stage(
            "secret", commands: ["pwd; echo $TOKEN; echo done > done.txt"], deps: ["data/in.txt"],
            outs: [test.out("done.txt")], environment: ["TOKEN"])
        try await test.run()
        for path in try #require(try Tree(at: test.folder.path)).paths
        where path == LockFile.name
            || path.hasPrefix(".nlpipe/") && !path.hasPrefix(".nlpipe/tmp/logs/")
        {
            let text = String(decoding: try files.bytes(of: test.folder.file(path)), as: UTF8.self)
            #expect(!text.contains(test.folder.path) && !text.contains("hunter2"), "\(path)")
        }
    }

    @Test func aCheckpointThatAKillLeftBehindADoneStageGoes() async throws {
        let test = try await made()
        try test.write("state", to: ".nlpipe/tmp/checkpoints/first/abc/state")
        try test.write("state", to: ".nlpipe/tmp/checkpoints/unknown/abc/state")
        #expect(try await test.run().stages(.upToDate).count == 4)
        #expect(try !test.exists(".nlpipe/tmp/checkpoints/first"))
        #expect(try test.exists(".nlpipe/tmp/checkpoints/unknown/abc/state"))
    }
}
