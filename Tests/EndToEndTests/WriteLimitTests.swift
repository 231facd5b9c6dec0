import Foundation
import TestSupport
import Testing

/// Signals that would end the process where something cannot be written.
struct WriteLimitTests {
    @Test func aFileThatMayNotGrowIsAnErrorAndLeavesNothingBehind() throws {
        let folder = try TemporaryFolder()
        try folder.write("stages: {big: {cmd: 'false', outs: [big]}}\n", to: "pipeline.yml")
        try folder.write(String(repeating: "x", count: 1 << 20), to: "big")
        let refused = try Program.nlpipe(["commit", "-f"], in: folder.path, largestFile: 64)
        #expect(refused.status == 1, "\(refused.out)\(refused.error)")
        #expect(refused.firstError.hasPrefix("error: cannot "), "\(refused.error)")
        #expect(refused.error.contains("file too large"), "\(refused.error)")
        #expect(try Program.nlpipe(["commit", "-f"], in: folder.path).lines == ["big: committed"])
        #expect(try Program.nlpipe(["cache", "verify"], in: folder.path).status == 0)
        #expect(
            try Program.nlpipe(["status"], in: folder.path).lines == ["everything is up to date"])
    }
}
