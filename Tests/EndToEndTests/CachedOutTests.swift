import Foundation
import Testing
import TestSupport

/// Outs in the cache and the git repository around them.
@Suite struct CachedOutTests {
    private static let pipeline = """
        stages:
          make:
            cmd: mkdir -p sub/dir && echo 1 > 'sub/a [b]*' && echo 1 > sub/dir/f && echo {} > m.json
            deps: [raw.txt]
            outs: ["sub/a [b]*", sub/dir, known.log: {cache: false}]
            metrics: [m.json: {cache: false}]

        """

    private func project() throws -> ToyProject {
        let text = Self.pipeline.replacingOccurrences(
            of: "> m.json", with: "> m.json; touch known.log")
        return try ToyProject(pipeline: text)
    }

    private func ignored(_ project: ToyProject) throws -> String {
        try String(contentsOfFile: project.folder.file("sub/.gitignore"), encoding: .utf8)
    }

    @Test func gitIsToldOnceToIgnoreWhatTheCacheKeeps() throws {
        let project = try project()
        try project.folder.write("own", to: "sub/.gitignore")
        let first = try project.nlpipe("repro")
        #expect(first.status == 0, "\(first.error)")
        #expect(first.error.contains("added '/dir' to 'sub/.gitignore'"))
        #expect(try ignored(project) == "own\n/a \\[b\\]\\*\n/dir\n")
        let untracked = try Program.git("status", "--short", "-uall", in: project.path)
        #expect(!untracked.contains("sub/a") && !untracked.contains("sub/dir"))
        #expect(untracked.contains("m.json") && untracked.contains("known.log"))
        try project.folder.write("other", to: "raw.txt")
        let second = try project.nlpipe("repro")
        #expect(second.error == "")
        #expect(try ignored(project) == "own\n/a \\[b\\]\\*\n/dir\n")
    }

    @Test func rulesOfTheUserAreEnough() throws {
        let project = try project()
        try project.folder.write("/sub/*\n", to: ".gitignore")
        #expect(try project.nlpipe("repro").error == "")
        #expect(!FileManager.default.fileExists(atPath: project.folder.file("sub/.gitignore")))
    }

    @Test func anOutThatGitTracksIsRefusedBeforeAnythingRuns() throws {
        let project = try project()
        try project.folder.write("kept", to: "sub/dir/f")
        try project.commit()
        let refused = try project.nlpipe("repro")
        #expect(refused.status == 2)
        #expect(
            refused.firstError
                == "error: pipeline.yml:5:26: out 'sub/dir' of stage 'make' is tracked by git")
        #expect(
            try String(contentsOfFile: project.folder.file("sub/dir/f"), encoding: .utf8) == "kept")
        try Program.git("rm", "-r", "-q", "--cached", "sub/dir", in: project.path)
        #expect(try project.nlpipe("repro").status == 0)
    }

    @Test func nothingOfThisHappensOutsideGit() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "raw.txt")
        try folder.write(
            Self.pipeline.replacingOccurrences(of: "mkdir", with: "touch known.log; mkdir"),
            to: "pipeline.yml")
        let run = try Program.nlpipe(["repro"], in: folder.path)
        #expect(run.status == 0 && run.error == "", "\(run.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("sub/.gitignore")))
    }
}
