import Foundation
import Testing
import TestSupport

@Suite struct RevisionTests {
    /// Two commits: scale 2, then scale 3, each with what `repro` made of it.
    private func history() throws -> ToyProject {
        let project = try ToyProject()
        _ = try project.nlpipe("repro")
        try project.commit()
        try project.folder.write("scale: 3\nother: x\n", to: "params.yaml")
        _ = try project.nlpipe("repro")
        try project.commit()
        return project
    }

    private let expected = [
        "Path          Metric  HEAD~1  workspace  Change",
        "────────────  ──────  ──────  ─────────  ──────",
        "metrics.json  scale        2          3      +1",
    ]

    @Test func metricsOfTwoCommitsAreComparedWithBothValuesAndTheChange() throws {
        let project = try history()
        #expect(try project.nlpipe("metrics", "diff", "HEAD~1").lines == expected)
        #expect(
            try project.nlpipe("metrics", "diff", "HEAD~1", "--json").lines
                == [#"{"metrics.json":{"scale":{"diff":1,"new":3,"old":2}}}"#])
        let none = try project.nlpipe("metrics", "diff")
        #expect(none.out.isEmpty && none.status == 0)
        #expect(
            try project.nlpipe("metrics", "diff", "HEAD~1", "HEAD", "--md", "--all").lines == [
                "| Path         | Metric | HEAD~1 | HEAD | Change |",
                "| ------------ | ------ | -----: | ---: | -----: |",
                "| metrics.json | lines  |      2 |    2 |      0 |",
                "| metrics.json | scale  |      2 |    3 |     +1 |",
            ])
        #expect(
            try project.nlpipe("metrics", "show", "--rev", "HEAD~1", "--json").lines
                == [#"{"HEAD~1":{"data":{"metrics.json":{"data":{"lines":2,"scale":2}}}}}"#])
    }

    @Test func aFreshCloneADetachedHeadAndAWorktreeShowTheSame() throws {
        let project = try history()
        let other = try TemporaryFolder()
        let clone = other.file("clone")
        try Program.git("clone", "-q", project.path, clone, in: other.path)
        #expect(try Program.nlpipe(["metrics", "diff", "HEAD~1"], in: clone).lines == expected)
        try Program.git("checkout", "-q", "--detach", "HEAD", in: clone)
        #expect(try Program.nlpipe(["metrics", "diff", "HEAD~1"], in: clone).lines == expected)
        let tree = other.file("tree")
        try Program.git("worktree", "add", "-q", "--detach", tree, "HEAD", in: project.path)
        #expect(try Program.nlpipe(["metrics", "diff", "HEAD~1"], in: tree).lines == expected)
    }

    @Test func aShallowCloneSaysWhyThePastIsMissing() throws {
        let project = try history()
        let other = try TemporaryFolder()
        try Program.git(
            "clone", "-q", "--depth", "1", "file://\(project.path)", other.file("c"),
            in: other.path)
        let result = try Program.nlpipe(["metrics", "diff", "HEAD~1"], in: other.file("c"))
        #expect(result.status == 2)
        #expect(
            result.error == """
                error: revision 'HEAD~1' is not known
                hint: this clone is shallow; try `git fetch --unshallow`

                """)
    }

    @Test func parametersAreComparedAndCanBeNarrowed() throws {
        let project = try history()
        try project.folder.write("scale: 3\nother: y\n", to: "params.yaml")
        #expect(
            try project.nlpipe("params", "diff", "HEAD~1", "--json").lines == [
                #"{"params.yaml":{"other":{"new":"y","old":"x"},"scale":{"diff":1,"new":3,"old":2}}}"#
            ])
        #expect(
            try project.nlpipe("params", "diff", "HEAD~1", "--deps").lines.dropFirst(2)
                == ["params.yaml  scale       2          3      +1"])
    }

    @Test func metricsThatOnlyTheCacheKeepsAreComparedToo() throws {
        let project = try ToyProject(
            pipeline: ToyProject.pipeline.replacing(
                "- metrics.json: {cache: false}", with: "- metrics.json"))
        try project.folder.write("sorted.txt\nlog.txt\nmetrics.json\n", to: ".gitignore")
        _ = try project.nlpipe("repro")
        try project.commit()
        try project.folder.write("scale: 3\nother: x\n", to: "params.yaml")
        _ = try project.nlpipe("repro")
        try project.commit()
        #expect(try project.nlpipe("metrics", "diff", "HEAD~1").lines == expected)
    }
}
