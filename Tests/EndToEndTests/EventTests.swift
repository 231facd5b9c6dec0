import Foundation
import TestSupport
import Testing

/// `repro --json`: one object a line.
struct EventTests {
    private static func events(_ result: Program.Result) throws -> [[String: Any]] {
        try result.lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }
    }

    @Test func everyEventIsAnObjectOnALineOfItsOwn() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            stages:
              a: {cmd: 'printf "said\\twith \\"quotes\\"\\n"; echo loud >&2; echo > a', outs: [a]}
              bad: {cmd: exit 4, deps: [a], outs: [b], retries: {attempts: 1, delay: 0}}
              after: {cmd: echo > c, deps: [b], outs: [c]}

            """, to: "pipeline.yml")
        let result = try Program.nlpipe(["repro", "--json", "-k"], in: folder.path)
        #expect(result.status == 1)
        let events = try EventTests.events(result)
        let labels = events.map {
            "\($0["stage"] as? String ?? "") \($0["event"] as? String ?? "")"
        }
        #expect(
            labels.filter { $0 != "a output" } == [
                "a started", "a finished", "bad started", "bad retrying", "bad failed",
                "after not_run", " end",
            ])
        let output = events.filter { $0["event"] as? String == "output" }
        #expect(
            output.contains {
                $0["stream"] as? String == "stdout"
                    && $0["text"] as? String == "said\twith \"quotes\"\n"
            })
        let failed = try #require(events.first { $0["event"] as? String == "failed" })
        #expect(failed["exit_status"] as? Int == 4)
        let stages = try #require(events.last?["stages"] as? [[String: Any]])
        #expect(stages.map { $0["outcome"] as? String } == ["ran", "failed", "notRun"])
    }
}
