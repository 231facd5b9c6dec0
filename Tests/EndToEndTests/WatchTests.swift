import Foundation
import TestSupport
import Testing

/// `watch`: a run seen from another terminal.
struct WatchTests {
    private struct Scene {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
            try folder.write(
                """
                stages:
                  slow: {cmd: cat pipe > slow, outs: [slow]}
                  after: {cmd: cp slow after, deps: [slow], outs: [after]}

                """, to: "pipeline.yml")
        }
    }

    /// The objects that `watch --json` prints.
    private struct Events {
        let pipe: Pipe
        var all: [[String: Any]] = []
        private var pending = Data()

        init(_ pipe: Pipe) { self.pipe = pipe }

        /// Reads up to an object that is looked for, or to the end.
        mutating func read(until found: ([String: Any]) -> Bool = { _ in false }) throws {
            while true {
                while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = Data(pending[pending.startIndex..<end])
                    pending.removeSubrange(...end)
                    let json = try JSONSerialization.jsonObject(with: line) as? [String: Any]
                    guard let json else { continue }
                    all.append(json)
                    if found(json) { return }
                }
                let more = pipe.fileHandleForReading.availableData
                if more.isEmpty { return }
                pending += more
            }
        }
    }

    @Test func aRunIsSeenFromItsBeginningToItsEnd() throws {
        let scene = try Scene()
        let watch = try Program.start(
            ["watch", "--wait", "--json"], in: scene.folder.path, output: true)
        let run = try Program.start(["repro"], in: scene.folder.path)
        var events = Events(watch.output)
        try events.read {
            $0["stage"] as? String == "slow" && $0["state"] as? String == "running"
        }
        #expect(events.all.first?["event"] as? String == "run")
        #expect(events.all.first?["command_line"] as? String == "nlpipe repro")
        let plain = try Program.start(["watch"], in: scene.folder.path, output: true)
        // It has seen the run once it says so.
        var lines = String(
            decoding: plain.output.fileHandleForReading.availableData, as: UTF8.self)
        let pipe = try #require(FileHandle(forWritingAtPath: scene.folder.file("pipe")))
        try pipe.write(contentsOf: Data("x".utf8))
        try pipe.close()
        run.waitUntilExit()
        #expect(run.terminationStatus == 0)
        try events.read()
        watch.process.waitUntilExit()
        #expect(watch.process.terminationStatus == 0)
        let states = events.all.filter { $0["event"] as? String == "stage" }.map {
            "\($0["stage"] ?? "") \($0["state"] ?? "")"
        }
        #expect(states.contains("slow ran") && states.contains("after ran"), "\(states)")
        #expect(events.all.last?["event"] as? String == "end")
        #expect(events.all.last?["status"] as? String == "succeeded")
        lines += String(
            decoding: try plain.output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        plain.process.waitUntilExit()
        #expect(plain.process.terminationStatus == 0)
        #expect(
            lines.hasPrefix("run 1: nlpipe repro\n") && lines.hasSuffix("run 1: succeeded\n"),
            "\(lines)")
    }

    @Test func aKilledRunIsOver() throws {
        let scene = try Scene()
        let run = try Program.start(["repro"], in: scene.folder.path)
        let watch = try Program.start(
            ["watch", "--wait", "--json"], in: scene.folder.path, output: true)
        var events = Events(watch.output)
        try events.read { $0["state"] as? String == "running" }
        kill(run.processIdentifier, SIGKILL)
        run.waitUntilExit()
        try events.read()
        watch.process.waitUntilExit()
        #expect(events.all.last?["status"] as? String == "interrupted")
        // The command that it may have left behind; without a reader this does not wait for one.
        close(open(scene.folder.file("pipe"), O_WRONLY | O_NONBLOCK))
    }

    @Test func whereNothingRunsThereIsNothingToSee() throws {
        let scene = try Scene()
        let none = try Program.nlpipe(["watch"], in: scene.folder.path)
        #expect(none.status == 0 && none.error == "no run is under way\n")
    }
}
