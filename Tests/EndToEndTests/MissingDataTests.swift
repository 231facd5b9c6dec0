import Foundation
import TestSupport
import Testing

/// `repro` with `--pull` and `--allow-missing`, and `-R`.
struct MissingDataTests {
    /// A project with a remote that has everything, and a clone that has nothing.
    private static func clone() throws -> (folder: TemporaryFolder, clone: String) {
        let folder = try TemporaryFolder()
        let origin = folder.file("origin")
        try folder.write(
            """
            stages:
              one: {cmd: "echo ran >> ../log; cp in one", deps: [in], outs: [one]}
              two: {cmd: "echo ran >> ../log; cp one two", deps: [one], outs: [two]}

            """, to: "origin/pipeline.yml")
        try folder.write("text", to: "origin/in")
        try folder.write("", to: "store/keep")
        try Program.git("init", "-q", in: origin)
        for arguments in [
            ["init"], ["remote", "add", "-d", "store", folder.file("store")], ["repro"], ["push"],
        ] {
            let result = try Program.nlpipe(arguments, in: origin)
            #expect(result.status == 0, "\(arguments) \(result.error)")
        }
        try Program.git("add", "-A", in: origin)
        try Program.git("commit", "-q", "-m", "all", in: origin)
        try Program.git("clone", "-q", "origin", "clone", in: folder.path)
        try folder.write("", to: "log")
        return (folder, folder.file("clone"))
    }

    private static func log(_ folder: TemporaryFolder) throws -> String {
        try String(contentsOfFile: folder.file("log"), encoding: .utf8)
    }

    @Test func pullRestoresInsteadOfRunning() throws {
        let (folder, clone) = try MissingDataTests.clone()
        let run = try Program.nlpipe(["repro", "--pull"], in: clone)
        #expect(run.lines.last == "2 restored", "\(run.out)\(run.error)")
        #expect(try String(contentsOfFile: clone + "/two", encoding: .utf8) == "text")
        #expect(try MissingDataTests.log(folder) == "")
        // Of another time: the remote has the run, the lock has not.
        let origin = folder.file("origin")
        try folder.write("other", to: "origin/in")
        #expect(try Program.nlpipe(["repro"], in: origin).status == 0)
        #expect(try Program.nlpipe(["push"], in: origin).status == 0)
        try folder.write("", to: "log")
        try folder.write("other", to: "clone/in")
        let again = try Program.nlpipe(["repro", "--pull"], in: clone)
        #expect(again.lines.last == "2 restored", "\(again.out)\(again.error)")
        #expect(try MissingDataTests.log(folder) == "")
    }

    @Test func pullWithoutARemoteIsRefused() throws {
        let (folder, clone) = try MissingDataTests.clone()
        try FileManager.default.removeItem(atPath: folder.file("store"))
        #expect(try Program.nlpipe(["repro", "--pull"], in: clone).status != 0)
        #expect(try MissingDataTests.log(folder) == "")
    }

    @Test func whatOnlyMissesDataIsPassedOver() throws {
        let (folder, clone) = try MissingDataTests.clone()
        for arguments in [["--dry", "--exit-code"], []] {
            let run = try Program.nlpipe(["repro", "--allow-missing"] + arguments, in: clone)
            #expect(run.status == 0)
            #expect(run.lines.last == "everything is up to date", "\(run.out)\(run.error)")
        }
        // A source that is not there either.
        try FileManager.default.removeItem(atPath: clone + "/in")
        #expect(try Program.nlpipe(["repro", "--allow-missing"], in: clone).status == 0)
        #expect(try Program.nlpipe(["repro"], in: clone).status == 2)
        try folder.write("edited", to: "clone/in")
        let dry = try Program.nlpipe(
            ["repro", "--allow-missing", "--dry", "--exit-code"], in: clone)
        #expect(dry.status == 1 && dry.lines.first?.hasPrefix("one: would run") == true)
        let run = try Program.nlpipe(["repro", "--allow-missing"], in: clone)
        #expect(run.lines.last?.hasPrefix("2 ran") == true, "\(run.out)\(run.error)")
        #expect(try MissingDataTests.log(folder) == "ran\nran\n")
    }

    @Test func recursiveTakesAllPipelineFilesBelowAFolder() throws {
        let folder = try TemporaryFolder()
        for path in ["", "a/", "a/b/", "c/"] {
            try folder.write(
                "stages: {s: {cmd: echo > out, outs: [out]}}\n", to: "\(path)pipeline.yml")
        }
        try Program.git("init", "-q", in: folder.path)
        func ran(_ arguments: [String], in place: String) throws -> [String] {
            let run = try Program.nlpipe(["repro", "-f"] + arguments, in: place)
            return run.lines.compactMap {
                $0.contains(" runs: ") ? $0.components(separatedBy: ": ").first : nil
            }
        }
        let both = ["a/b/pipeline.yml:s", "a/pipeline.yml:s"]
        #expect(try ran(["-R", "a"], in: folder.path).sorted() == both)
        #expect(try ran(["-R"], in: folder.file("a")).sorted() == both)
        #expect(try ran(["-R", "../a/b", "../c"], in: folder.file("a")).count == 2)
        #expect(try ran(["-R"], in: folder.path).count == 4)
        #expect(try Program.nlpipe(["repro", "-R", "nosuch"], in: folder.path).status == 2)
        #expect(try Program.nlpipe(["repro", "-R", "--glob"], in: folder.path).status == 2)
    }
}
