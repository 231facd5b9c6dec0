import Foundation
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
        let run = try Program.nlpipe(["repro"], in: folder.path).lines
        #expect(run.contains("train: runs: params.yaml:2:1: param 'lr': 1 → 2"))
        let prune = run.first { $0.hasPrefix("prune: runs: ") } ?? ""
        #expect(prune.contains("pipeline.yml:3:42: dep 'model': sha256 "))
        #expect(prune.hasSuffix("(made by 'train'); follows from train"))
        #expect(run.contains { $0.hasPrefix("test: runs") && $0.hasSuffix("from train → prune") })

        try folder.write("lr: 1\n", to: "params.yaml")
        try folder.write("edited", to: "small")
        #expect(try Program.nlpipe(["repro", "-q"], in: folder.path).status == 0)
        try folder.write("edited", to: "small")
        let lines = try explain([]).lines
        #expect(lines.first?.hasPrefix("train: up to date (run of 2") == true)
        #expect(lines.contains { $0.hasPrefix("prune: would be restored (run of 2") })
    }

    @Test func theCommitOfARunIsNamedWhereTheHistoryKnowsIt() throws {
        let project = try ToyProject()
        try project.commit()
        let head = try Program.git("rev-parse", "HEAD", in: project.path)
        _ = try project.nlpipe("repro")
        let explained = try project.nlpipe("status", "--explain")
        #expect(
            explained.lines.first?.hasSuffix(", commit \(head.prefix(12)))") == true,
            "\(explained.lines)")
        let json = try project.nlpipe("status", "--explain", "--json").out
        #expect(json.contains("\"commit\":\"\(head)\",\"dirty\":false"))
        try project.folder.write("x\n", to: "raw.txt")
        _ = try project.nlpipe("repro")
        #expect(
            try project.nlpipe("status", "--explain").lines.first?
                .hasSuffix(", commit \(head.prefix(12)) with edits)") == true)
    }

    @Test func aDryRunTellsWhatIsCertainFromWhatMayBeRestored() throws {
        let project = try ToyProject()
        let dry = { try project.nlpipe("repro", "--dry", "--exit-code") }
        #expect(
            try dry().lines == ["prepare: would run: never run", "count: would run: never run"])
        #expect(try dry().status == 1)
        _ = try project.nlpipe("repro")
        #expect(try dry().lines == ["everything is up to date"])
        #expect(try dry().status == 0)
        // The lock goes and the runs stay: what was made is found again.
        try FileManager.default.removeItem(atPath: project.folder.file("pipeline.lock"))
        #expect(
            try dry().lines.allSatisfy {
                $0.contains("would be restored from the run cache: never")
            })
        // Another input, so that it is open whether the second stage finds a run.
        try project.folder.write("c\n", to: "raw.txt")
        #expect(
            try dry().lines == [
                "prepare: would run: never run",
                "count: would run or be restored: never run (depends on prepare)",
            ])
        try project.folder.write("scale: 9\n", to: "params.yaml")
        #expect(try dry().lines.last == "count: would run: never run")
        #expect(try project.executed() == ["prepared", "counted"])
    }
}
