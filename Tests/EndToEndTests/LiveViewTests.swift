import Foundation
import TestSupport
import Testing

/// What a terminal shows while stages run.
struct LiveViewTests {
    @Test func everyRunningStageHasALine() throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] { #expect(mkfifo(folder.file("\(name).pipe"), 0o600) == 0) }
        try folder.write(
            """
            stages:
              one: {cmd: cat one.pipe > one, outs: [one]}
              two: {cmd: cat two.pipe > two, outs: [two]}

            """, to: "pipeline.yml")
        var (terminal, end): (Int32, Int32) = (0, 0)
        #expect(openpty(&terminal, &end, nil, nil, nil) == 0)
        defer { close(terminal) }
        let process = try Program.start(
            ["repro", "-j", "2"], in: folder.path, error: FileHandle(fileDescriptor: end),
            environment: ["TERM": "xterm"])
        close(end)
        var shown = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while !shown.contains("one: running") || !shown.contains("two: running") {
            let count = read(terminal, &bytes, bytes.count)
            guard count > 0 else { break }
            shown += String(decoding: bytes.prefix(count), as: UTF8.self)
        }
        #expect(shown.contains("two: running"), "\(shown)")
        for name in ["one", "two"] {
            let pipe = try #require(FileHandle(forWritingAtPath: folder.file("\(name).pipe")))
            try pipe.write(contentsOf: Data("x".utf8))
            try pipe.close()
        }
        while read(terminal, &bytes, bytes.count) > 0 {}
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
