import Testing

@testable import Engine

/// The quick reader beside the one that knows all of YAML.
struct RecordScannerTests {
    private static let lock = """
        # Written by nlpipe; commit it with the pipeline.
        schema: 1
        stages:
          "1":
            cmd: "echo 'a: *b & #c' > \\"o d*d\\""
            outs:
            - path: "o d*d"
              sha256: 5829
              executable: true
          train@x-1:
            cmd:
            - make
            - "cp a b"
            deps:
            - path: a/b.txt
              size: 2
            params:
              params.yaml:
                s.rate: 5e-05
                s: {"k":[1,-2.5,null,"a\\\\b",{}],"l":[]}
                "": "text: \\"a\\"\\n"
            env:
              TOKEN: null
            wdir: work

        """

    private static func slowly(_ text: String) -> Record? {
        try? RecordReader(file: "lock").readAnyYAML(text)
    }

    @Test func whatTheEngineWritesIsReadQuicklyAndTheSame() throws {
        let record = try #require(RecordScanner.read(Self.lock))
        #expect(record == Self.slowly(Self.lock))
        #expect(RecordScanner.read(record.json) == Self.slowly(record.json))
    }

    /// Every character in turn is left out, doubled, and replaced by each of some that mean something.
    @Test func whatIsReadQuicklyIsNeverReadOtherwise() throws {
        let text = Array(Self.lock.utf8)
        let others = Array(" \n:-\"{}[],#'\\@=.|x1\t".utf8).map { [$0] } + [[], Array("  ".utf8)]
        var read = 0
        for index in text.indices {
            for other in others + [[text[index], text[index]]] {
                let changed = Array(text[..<index]) + other + Array(text[(index + 1)...])
                let candidate = String(decoding: changed, as: UTF8.self)
                guard let record = RecordScanner.read(candidate) else { continue }
                read += 1
                if record != Self.slowly(candidate) {
                    Issue.record("at \(index), \(other): \(record.json)")
                }
            }
        }
        #expect(read > 1_000)
    }

    @Test func everyCutIsReadTheSameOrNotAtAll() throws {
        for text in [Self.lock, try #require(RecordScanner.read(Self.lock)).json] {
            for end in text.indices {
                let cut = String(text[..<end])
                if let record = RecordScanner.read(cut) { #expect(record == Self.slowly(cut)) }
            }
        }
    }

    @Test func whatIsOfAnotherFormIsLeftToTheOther() {
        let texts = [
            "", "a", "a:\n", "a: b", "a: 'b'\n", "a: |\n  b\n", "a: b # c\n", "a: &x b\n",
            "a: *x\n",
            "a: b\na: c\n", "a: \"\\u0041\"\n", "a: \"b\n", "a: [1\n", "a:\n  b\n", "- a\n",
            "a:  b\n",
            "? a\n: b\n", "a: @b\n", "a: -\n", "---\na: b\n", "a: b\n...\n", "a: b\r\n", "{a: b}\n",
            "{\"a\":1", "{\"a\":1}x", "[1]", "a: {\"b\": 1}\n",
        ]
        for text in texts { #expect(RecordScanner.read(text) == nil, "\(text)") }
    }
}
