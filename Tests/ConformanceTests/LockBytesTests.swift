import TestSupport
import Testing

/// `dvc.lock` of commands, lists and parameters that fill lines, byte for byte beside real DVC's.
@Suite(.enabled(if: Peer.isWanted, "DVC is not installed; 'scripts/peer-dvc.sh' does that"))
struct LockBytesTests {
    private static let commands = [
        String(repeating: "word ", count: 40) + "end",
        "--key=\(String(repeating: "x", count: 100)) and \(String(repeating: "y", count: 79)) z",
        String(repeating: "two  blanks ", count: 20) + "end",
        "it''s \(String(repeating: "\"quoted\" and: so on ", count: 15)) end",
        "é \(String(repeating: "日本 ", count: 60)) end",
        "# \(String(repeating: "no comment ", count: 20)) end",
        String(repeating: "a#b c:d ", count: 25) + "{e} [f] | cat",
    ]

    private static var pipeline: String {
        var text = "stages:\n"
        for (number, words) in commands.enumerated() {
            let quoted = words.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            let command = "true || echo \(quoted)"
            let out = "out-\(String(repeating: "long-", count: number * 3))\(number)"
            text +=
                "  text\(number):\n    cmd: \"echo 1 > \(out); \(command)\"\n    outs: [\(out)]\n"
            text += "  list\(number):\n    cmd: [\"\(command)\", \"echo 2 > l\(number)\"]\n"
            text += "    params: [words, numbers]\n    outs: [l\(number)]\n"
            text += "  lines\(number):\n    cmd: |\n      true || echo '\\tab \\n'\n"
            text +=
                "      echo \(number) > m\(number)\n      : \(String(repeating: "more ", count: 30))\n"
            text += "    outs: [m\(number)]\n"
        }
        return text
    }

    private static let params = """
        words:
          long: \(Array(repeating: "word", count: 40).joined(separator: " "))
          lines: "one\\ntwo \(Array(repeating: "three", count: 30).joined(separator: " "))"
          nothing: null
          list: [null, y, "no", "1", 1.0, 1e-7, "2024-01-01", "<<"]
        numbers: [0x1F, 1_000, .inf, -1.5, 1e+20]

        """

    @Test func bothWriteTheSameBytes() throws {
        try DVCPool.use { driver in
            let sides = [try Side(.dvc, driver: driver), try Side(.shared, driver: driver)]
            for side in sides {
                try side.apply([.write("params.yaml", Self.params), .pipeline(Self.pipeline)])
                let made = try side.repro([])
                #expect(made.effect.succeeded, "\(side.kind): \(made.result.error)")
            }
            #expect(sides[0].text("dvc.lock").contains("  words"))
            #expect(sides[0].lock() == sides[1].lock())
            // Each leaves the other's lines as they are.
            for (side, other) in [(sides[0], Side(takingOver: sides[0], driver: driver))] {
                let edited = Self.pipeline + "  last: {cmd: echo 3 > last, outs: [last]}\n"
                try side.apply([.pipeline(edited)])
                #expect(try other.repro([]).effect.executed.isEmpty)
                try sides[1].apply([.pipeline(edited)])
                _ = try sides[1].repro([])
                #expect(side.lock() == sides[1].lock())
            }
        }
    }
}
