import TestSupport
import Testing

/// `nlpipe status --explain` on the built program.
struct ExplainStatusTests {
    @Test func aChangeIsShownWithItsPlaceAndWhatItDragsAlong() throws {
        let folder = try TemporaryFolder()
        try folder.write("lr: 1\n", to: "params.yaml")
        try folder.write(
            """
            stages:
              train: {cmd: cat params.yaml > model, params: [lr], outs: [model]}
              prune: {cmd: cat model > small, deps: [model], outs: [small]}
              test: {cmd: cat small > score, deps: [small], outs: [score]}

            """, to: "pipeline.yml")
        #expect(try Program.nlpipe(["repro", "-q"], in: folder.path).status == 0)
        try folder.write("# faster\nlr: 2\n", to: "params.yaml")
        let explain = { try Program.nlpipe(["status", "--explain"] + $0, in: folder.path) }
        #expect(
            try explain([]).lines == [
                "train: would run", "  params.yaml:2:1: param 'lr': 1 → 2",
                "  drags along: prune, test",
                "prune: may run, or be cut off early", "  because: train → prune",
                "test: may run, or be cut off early", "  because: train → prune → test",
            ])
        let json = try explain(["--json", "train"]).out
        #expect(
            json.contains(
                #""changes":[{"new":"2","old":"1","place":"params.yaml:2:1","what":"param 'lr'"}]"#)
        )
        try folder.write("lr: 1\n", to: "params.yaml")
        try folder.write("edited", to: "small")
        let lines = try explain([]).lines
        #expect(lines.first?.hasPrefix("train: up to date (run of 2") == true)
        #expect(lines.contains { $0.hasPrefix("prune: would be restored (run of 2") })
    }
}
