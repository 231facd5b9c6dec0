import Foundation
import Testing
import TestSupport

@testable import nlpipe

@Suite struct CommandLineTests {
    @Test(arguments: [
        (["-C", "d", "repro", "-f"], ["repro", "-C", "d", "-f"]),
        (["--cd=d", "metrics", "diff", "a"], ["metrics", "diff", "--cd=d", "a"]),
        (["-C", "d", "params", "diff"], ["params", "diff", "-C", "d"]),
        (["-C", "d", "predict", "p", "--", "-x"], ["predict", "-C", "d", "p", "--", "-x"]),
        (["-C", "d", "--help"], ["-C", "d", "--help"]), (["-C"], ["-C"]), ([], []),
        (["repro", "-C", "d"], ["repro", "-C", "d"]),
    ])
    func theFolderMayStandBeforeTheCommand(given: [String], parsed: [String]) {
        #expect(GlobalOptions.afterCommand(given) == parsed)
    }

    @Test(arguments: [
        (0.0, "0 ms"), (0.0404, "40 ms"), (0.9996, "1.0 s"), (2.44, "2.4 s"), (9.96, "10 s"),
        (59.6, "1:00"), (185, "3:05"), (3723, "1:02:03"), (.infinity, "?"), (-1, "?"),
    ])
    func durationsAreShort(seconds: Double, text: String) {
        #expect(Span.text(seconds) == text)
    }

    @Test func progressSaysTheTimeLeftOnceItCanBeKnown() {
        #expect(
            ProgressLine.text("distill", fraction: 0.25, elapsed: 30, detail: "epoch 2 of 5")
                == "distill: 25%, 1:30 left, epoch 2 of 5")
        #expect(ProgressLine.text("a", fraction: 0, elapsed: 0, detail: "") == "a: 0%")
    }

    @Test func linesComeWholeWhateverThePieces() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "ä", count: 70_000)
        let path = try folder.write("one\r\n\n\(long)\nlast", to: "lines")
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var input = LineInput(descriptor: descriptor)
        var lines: [String] = []
        while let more = try input.next() { lines += more }
        #expect(lines == ["one", "", long, "last"])
    }

    @Test func anInterruptStopsInOrderWithItsOwnExitCode() throws {
        let project = try ToyProject(
            pipeline: """
                stages:
                  long:
                    cmd: touch started; kill -INT $PPID; sleep 0.3; echo late > late.txt
                    deps: [raw.txt]
                    outs: [late.txt]
                  next: {cmd: touch next.txt, deps: [late.txt], outs: [next.txt]}

                """)
        let result = try project.nlpipe("repro")
        #expect(result.status == 130, "\(result.error)")
        #expect(result.error.hasSuffix("interrupted\n"))
        #expect(!FileManager.default.fileExists(atPath: project.folder.file("next.txt")))
        let again = try project.nlpipe("status", "--json")
        #expect(again.out.contains("\"long\""))
    }
}
