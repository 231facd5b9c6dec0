import Foundation
import TestSupport
import Testing

/// `gc` with the locks of other commits.
struct GcScopeTests {
    /// Commits with `one`, `two`, … as the content of the only out; the first is tagged, the second on
    /// a branch of its own.
    private static func project() throws -> ToyProject {
        let project = try ToyProject(
            pipeline: "stages: {a: {cmd: cp in out, deps: [in], outs: [out]}}\n")
        func commit(_ text: String) throws {
            try project.folder.write(text, to: "in")
            #expect(try project.nlpipe("repro").status == 0)
            try project.commit()
        }
        try commit("one")
        try Program.git("tag", "v1", in: project.path)
        try Program.git("checkout", "-q", "-b", "side", in: project.path)
        try commit("two")
        try Program.git("checkout", "-q", "-b", "rest", in: project.path)
        for text in ["three", "four", "five"] { try commit(text) }
        return project
    }

    /// How many objects are left with these options.
    private static func kept(_ options: [String], of project: ToyProject) throws -> Int {
        let result = try Program.nlpipe(["gc", "--dry", "--json"] + options, in: project.path)
        #expect(result.status == 0, "\(result.error)")
        let json = try JSONSerialization.jsonObject(with: Data(result.out.utf8))
        let kept = (json as? [String: Any])?["kept"] as? [String: Any]
        return try #require(kept?["objects"] as? Int)
    }

    @Test func everyScopeKeepsWhatItsCommitsNeed() throws {
        let project = try GcScopeTests.project()
        for (options, count) in [
            (["-w"], 1), (["-T"], 2), (["-a"], 3), (["-a", "-T"], 3), (["-A"], 5),
            (["--rev", "HEAD", "-n", "2"], 2), (["--rev", "HEAD~1", "-n", "2"], 3),
            (["--rev", "v1", "--rev", "side"], 3), (["--date", "1990-01-01"], 5),
            (["--date", "2990-01-01"], 1),
        ] {
            #expect(try GcScopeTests.kept(options, of: project) == count, "\(options)")
        }
        let removed = try project.nlpipe("gc", "-T", "-f")
        #expect(removed.lines.first?.hasPrefix("Removed 3 objects and 3 runs") == true)
        try Program.git("checkout", "-q", "v1", in: project.path)
        #expect(try project.nlpipe("checkout").status == 0)
        #expect(try String(contentsOfFile: project.folder.file("out"), encoding: .utf8) == "one")
    }

    /// Native projects that share a folder for objects: `-p` names the others.
    @Test func whatOtherProjectsNeedStaysWhereTheyAreNamed() throws {
        let cache = try TemporaryFolder()
        let projects = try (1...2).map { number in
            let project = try ToyProject(
                pipeline: "stages: {a: {cmd: cp in out, deps: [in], outs: [out]}}\n")
            try project.folder.write("cache: {dir: \(cache.path)}\n", to: ".nlpipe/config.yml")
            for text in ["old \(number)", "new \(number)"] {
                try project.folder.write(text, to: "in")
                #expect(try project.nlpipe("repro").status == 0)
                try project.commit()
            }
            return project
        }
        let (one, two) = (projects[0], projects[1])
        #expect(try one.nlpipe("cache", "dir").out == cache.path + "\n")
        #expect(try one.nlpipe("cache", "size", "--json").out.contains(#""objects":4"#))
        func removable(_ options: String...) throws -> String {
            try Program.nlpipe(["gc", "--dry", "--json"] + options, in: one.path).out
        }
        #expect(try removable("-w", "-p", two.path).contains(#""objects":2"#))
        // The scopes are about the commits of all that are named.
        #expect(try removable("-A", "-p", two.path).contains(#""objects":0"#))
        #expect(try removable("-A").contains(#""objects":2"#))
        #expect(try one.nlpipe("gc", "-w", "-f", "-p", two.path).status == 0)
        try FileManager.default.removeItem(atPath: two.folder.file("out"))
        #expect(try two.nlpipe("checkout").status == 0)
        #expect(try one.nlpipe("gc", "-w", "-f").status == 0)
        try FileManager.default.removeItem(atPath: two.folder.file("out"))
        #expect(try two.nlpipe("checkout").status == 1)
        for wrong in ["nowhere", "/"] {
            #expect(try one.nlpipe("gc", "-w", "--dry", "-p", wrong).status == 2)
        }
    }

    @Test func scopesThatMakeNoSenseAreRefused() throws {
        let project = try ToyProject()
        for options in [
            [], ["-n", "3"], ["--rev", "HEAD", "-n", "0"], ["--date", "yesterday"],
            ["--date", "2026-02-30"], ["--rev", "nosuch"],
        ] {
            let result = try Program.nlpipe(["gc", "--dry"] + options, in: project.path)
            #expect(result.status == 2, "\(options) \(result.error)")
        }
    }
}
