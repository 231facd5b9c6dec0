import Foundation
import TestSupport
import Testing

/// `nlpipe install` and the merge of two branches by git.
struct MergeDriverTests {
    private static func project() throws -> ToyProject {
        let project = try ToyProject(
            pipeline: """
                stages:
                  a: {cmd: cp in.a out.a, deps: [in.a], outs: [out.a]}
                  b: {cmd: cp in.b out.b, deps: [in.b], outs: [out.b]}

                """)
        for name in ["in.a", "in.b"] { try project.folder.write("1", to: name) }
        #expect(try project.nlpipe("install").status == 0)
        #expect(try project.nlpipe("repro").status == 0)
        try project.commit()
        return project
    }

    /// Commits on a branch of its own, from `main`, what comes of a new text of a file.
    private static func branch(
        _ name: String, _ file: String, _ text: String, of project: ToyProject
    ) throws {
        try Program.git("checkout", "-q", "-b", name, "main", in: project.path)
        try project.folder.write(text, to: file)
        let run = try project.nlpipe("repro")
        #expect(run.status == 0, "\(run.error)")
        try project.commit()
    }

    @Test func branchesThatRanDifferentStagesMerge() throws {
        let project = try MergeDriverTests.project()
        try MergeDriverTests.branch("one", "in.a", "2", of: project)
        try MergeDriverTests.branch("two", "in.b", "2", of: project)
        try Program.git("merge", "-q", "-m", "both", "one", in: project.path)
        let status = try project.nlpipe("repro")
        #expect(status.status == 0, "\(status.error)")
        #expect(try Program.git("status", "--porcelain", "pipeline.lock", in: project.path) == "")
        let again = try project.nlpipe("install")
        #expect(again.lines == ["git merges 'pipeline.lock' with nlpipe from now on"])
    }

    @Test func aStageThatBothChangedIsDropped() throws {
        let project = try MergeDriverTests.project()
        try MergeDriverTests.branch("one", "in.a", "2", of: project)
        try MergeDriverTests.branch("two", "in.a", "3", of: project)
        // The input conflicts, the lock does not.
        _ = try? Program.git("merge", "-q", "-m", "both", "one", in: project.path)
        let lock = try String(
            contentsOfFile: project.folder.file("pipeline.lock"), encoding: .utf8)
        #expect(!lock.contains("<<<<") && lock.contains("  b:") && !lock.contains("  a:"))
        try project.folder.write("2", to: "in.a")
        let run = try project.nlpipe("repro")
        #expect(run.lines.contains { $0.hasPrefix("a: restored") }, "\(run.out)\(run.error)")
    }

    @Test func whatIsNoLockStaysAsItIs() throws {
        let folder = try TemporaryFolder()
        for name in ["base", "ours", "theirs"] {
            try folder.write("schema: 1\nstages: {}\n", to: name)
        }
        try folder.write("<<<<<<< x\n", to: "theirs")
        let merge = try Program.nlpipe(
            ["merge-lock", "base", "ours", "theirs"], in: folder.path)
        #expect(merge.status == 1)
        #expect(merge.firstError == "error: the lock of the other branch cannot be merged")
        #expect(
            try String(contentsOfFile: folder.file("ours"), encoding: .utf8)
                == "schema: 1\nstages: {}\n")
    }
}
