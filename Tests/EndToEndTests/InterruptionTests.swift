import Foundation
import Testing
import TestSupport

/// What becomes of a running command when nlpipe is stopped.
@Suite struct InterruptionTests {
    /// The command holds a pipe open while it lives, and would write to it and to its out later.
    private static let pipeline = """
        stages:
          slow:
            cmd: exec 4>alive; echo started >&4; sleep 20; echo late >&4; echo late > out.txt
            outs: [out.txt]

        """

    /// Starts a run, stops it with `signals` once its command runs, and waits until nobody holds the
    /// pipe any more.
    private func stop(_ signals: [Int32], ignoringInterrupts: Bool = false) throws -> (
        heard: String, ending: Int32, project: ToyProject
    ) {
        let trap = ignoringInterrupts ? "trap '' INT; exec 4>" : "exec 4>"
        let text = Self.pipeline.replacingOccurrences(of: "exec 4>", with: trap)
        let project = try ToyProject(pipeline: text)
        #expect(mkfifo(project.folder.file("alive"), 0o600) == 0)
        let process = try Program.start(["repro", "-q"], in: project.path)
        let alive = try #require(FileHandle(forReadingAtPath: project.folder.file("alive")))
        var heard = alive.availableData
        for signal in signals { kill(process.processIdentifier, signal) }
        process.waitUntilExit()
        heard += try alive.readToEnd() ?? Data()
        return (String(decoding: heard, as: UTF8.self), process.terminationStatus, project)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGKILL])
    func noCommandOutlivesARunThatWasStopped(signal: Int32) throws {
        let stopped = try stop([signal])
        #expect(stopped.heard == "started\n")
        #expect(stopped.ending == (signal == SIGKILL ? SIGKILL : 130))
        #expect(!FileManager.default.fileExists(atPath: stopped.project.folder.file("out.txt")))
        // Nothing has to be tidied up by hand.
        try stopped.project.folder.write(
            "stages: {slow: {cmd: echo now > out.txt, outs: [out.txt]}}", to: "pipeline.yml")
        #expect(try stopped.project.nlpipe("repro").status == 0)
    }

    @Test func aSecondInterruptEndsCommandsThatIgnoreTheFirst() throws {
        let project = try stop([SIGINT, SIGINT], ignoringInterrupts: true)
        #expect(project.heard == "started\n")
    }
}
