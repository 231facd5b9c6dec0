import Foundation
import TestSupport
import Testing

/// Limits of the system: on files, where a signal would end the process, and on memory.
struct WriteLimitTests {
    @Test func aRunOfMuchDataStaysWithinLittleMemory() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            stages:
              each:
                foreach: ${names}
                do: {cmd: "cp one out/${item}", deps: [one], outs: ["out/${item}"]}
              large: {cmd: echo large > sum, deps: [large.bin, many], outs: [sum]}

            """, to: "pipeline.yml")
        let names = (0..<200).map { "n\($0)" }.joined(separator: ", ")
        try folder.write("names: [\(names)]\n", to: "params.yaml")
        try folder.write("1\n", to: "one")
        for index in 0..<1500 { try folder.write("\(index)\n", to: "many/\(index % 40)/\(index)") }
        // Twice as large as the memory that there is; holes take no room on the disk.
        try folder.write("", to: "large.bin")
        let large = try FileHandle(
            forWritingTo: URL(fileURLWithPath: "\(folder.path)/large.bin"))
        try large.truncate(atOffset: 512 << 20)
        try large.close()
        for expected in ["201 ran", "everything is up to date"] {
            let run = try Program.nlpipe(["repro"], in: folder.path, limit: "-d 262144")
            #expect(run.status == 0, "\(run.error)")
            #expect(run.lines.last?.hasPrefix(expected) == true, "\(run.out)")
        }
    }

    @Test func aFileThatMayNotGrowIsAnErrorAndLeavesNothingBehind() throws {
        let folder = try TemporaryFolder()
        try folder.write("stages: {big: {cmd: 'false', outs: [big]}}\n", to: "pipeline.yml")
        try folder.write(String(repeating: "x", count: 1 << 20), to: "big")
        let refused = try Program.nlpipe(["commit", "-f"], in: folder.path, limit: "-f 64")
        #expect(refused.status == 1, "\(refused.out)\(refused.error)")
        #expect(refused.firstError.hasPrefix("error: cannot "), "\(refused.error)")
        #expect(refused.error.contains("file too large"), "\(refused.error)")
        #expect(try Program.nlpipe(["commit", "-f"], in: folder.path).lines == ["big: committed"])
        #expect(try Program.nlpipe(["cache", "verify"], in: folder.path).status == 0)
        #expect(
            try Program.nlpipe(["status"], in: folder.path).lines == ["everything is up to date"])
    }
}
