import Foundation
import TestSupport
import Testing

/// `freeze`, `unfreeze`, `commit` and `stage list` on the built program.
struct StageCommandTests {
    private static let text = """
        stages:
          # the first
          a:
            cmd: echo A > a  # said aloud
            outs: [a]
          b: {cmd: cat a > b, deps: [a], outs: [b], metrics: [{m: {cache: false}}]}
          each:
            foreach: [1, 2]
            do: {desc: one of two, cmd: "true"}

        """

    private static func project() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "pipeline.yml")
        return folder
    }

    @Test func freezingChangesOneLineAndUnfreezingTakesItBack() throws {
        let folder = try StageCommandTests.project()
        let read = { try String(contentsOfFile: folder.file("pipeline.yml"), encoding: .utf8) }
        #expect(
            try Program.nlpipe(["freeze", "a", "b"], in: folder.path).lines == [
                "a: frozen", "b: frozen",
            ])
        #expect(
            try read()
                == StageCommandTests.text.replacing("  a:\n", with: "  a:\n    frozen: true\n")
                .replacing("b: {cmd", with: "b: {frozen: true, cmd"))
        #expect(try Program.nlpipe(["unfreeze", "b", "a"], in: folder.path).status == 0)
        #expect(try read() == StageCommandTests.text)
        for refused in ["each", "each@1", "nosuch"] {
            #expect(try Program.nlpipe(["freeze", refused], in: folder.path).status == 2)
        }
        #expect(try read() == StageCommandTests.text)
    }

    @Test func stagesAreListedAsDVCWordsThem() throws {
        let folder = try StageCommandTests.project()
        #expect(
            try Program.nlpipe(["stage", "list"], in: folder.path).lines == [
                "a       Outputs a", "b       Outputs b; Reports m", "each@1  one of two",
                "each@2  one of two",
            ])
        #expect(
            try Program.nlpipe(
                ["-C", folder.path, "stage", "list", "--names-only", "each"], in: "/"
            )
            .lines == ["each@1", "each@2"])
        let json = try Program.nlpipe(["stage", "list", "--json", "a"], in: folder.path).out
        #expect(json.contains(#""cmd":["echo A > a"]"#) && json.contains(#""outs":["a"]"#))
    }

    @Test func whatWasNotCommittedIsCommittedLater() throws {
        let folder = try StageCommandTests.project()
        #expect(try Program.nlpipe(["repro", "--no-commit", "a"], in: folder.path).status == 0)
        #expect(try Program.nlpipe(["commit", "a"], in: folder.path).lines == ["a: committed"])
        try folder.write("by hand", to: "a")
        let refused = try Program.nlpipe(["commit", "a"], in: folder.path, input: "n\n")
        #expect(refused.status == 1 && refused.error.contains("out 'a' was edited"))
        #expect(try Program.nlpipe(["commit", "-f", "a"], in: folder.path).status == 0)
        #expect(
            try Program.nlpipe(["repro", "a"], in: folder.path).lines.last
                == "everything is up to date")
    }
}
