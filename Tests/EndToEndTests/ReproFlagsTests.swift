import TestSupport
import Testing

/// The flags of `nlpipe repro` on the built program.
struct ReproFlagsTests {
    /// `a` and `b` stand alone, `c` needs both, `bad` fails, `d` needs it.
    private static func project() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            stages:
              a: {cmd: echo A > a, outs: [a]}
              b: {cmd: echo B > b, outs: [b]}
              bad: {cmd: exit 4, outs: [bad]}
              c: {cmd: cat a b > c, deps: [a, b], outs: [c]}
              d: {cmd: cat bad > d, deps: [bad], outs: [d]}

            """, to: "pipeline.yml")
        return folder
    }

    @Test func keepGoingSaysWhatFailedAndWhatWasLeftOutAndEndsWithOne() throws {
        let folder = try ReproFlagsTests.project()
        let result = try Program.nlpipe(["repro", "-j4", "-k"], in: folder.path)
        #expect(result.status == 1)
        #expect(
            result.lines.filter { !$0.contains("done in") } == [
                "a: runs: never run", "b: runs: never run", "bad: runs: never run", "bad: failed",
                "c: runs: never run", "d: not run: bad failed",
                result.lines.last ?? "",
            ])
        #expect(result.lines.last?.hasPrefix("3 ran, 1 failed, 1 not run in ") == true)
        #expect(
            result.error == """
                error: stage 'bad' failed: its command ended with code 4
                  command: exit 4
                error: stage 'bad' failed

                """)
    }

    @Test func ignoringErrorsEndsWithZero() throws {
        let folder = try ReproFlagsTests.project()
        #expect(try Program.nlpipe(["repro", "--ignore-errors"], in: folder.path).status == 0)
    }

    @Test func aPlanCanTellByItsExitCode() throws {
        let folder = try ReproFlagsTests.project()
        let plan = ["repro", "--dry", "--exit-code", "c"]
        #expect(try Program.nlpipe(plan, in: folder.path).status == 1)
        #expect(try Program.nlpipe(["repro", "c", "-j", "2"], in: folder.path).status == 0)
        #expect(try Program.nlpipe(plan, in: folder.path).status == 0)
    }

    @Test(
        arguments: [
            (["-s", "c"], ["c"]), (["-p", "a"], ["a", "b", "c"]),
            (["-P", "c"], ["a", "b", "bad", "c", "d"]),
            (["--downstream", "a"], ["a", "c"]), (["--glob", "[ab]"], ["a", "b"]),
            (["--glob", "b*"], ["b", "bad"]), (["c"], ["a", "b", "c"]),
        ])
    func targetsStandForTheseStages(arguments: [String], stages: [String]) throws {
        let folder = try ReproFlagsTests.project()
        let result = try Program.nlpipe(["repro", "--dry"] + arguments, in: folder.path)
        #expect(result.lines.map { String($0.prefix { $0 != ":" }) } == stages)
    }

    @Test func aQuestionThatIsNotAnsweredStopsTheRun() throws {
        let folder = try ReproFlagsTests.project()
        let result = try Program.nlpipe(["repro", "-i", "c"], in: folder.path, input: "y\nn\n")
        #expect(result.status == 130)
        #expect(result.error.contains("make 'a'? [y/N] ") && result.error.contains("make 'b'?"))
        #expect(
            try Program.nlpipe(["repro", "a"], in: folder.path).lines.last
                == "everything is up to date")
    }

    @Test(
        arguments: [
            ["-k", "--ignore-errors"], ["-s", "-p"], ["--exit-code"], ["-j", "0"],
            ["--glob", "nosuch*"],
        ])
    func whatCannotBeMeantIsRefused(arguments: [String]) throws {
        let folder = try ReproFlagsTests.project()
        #expect(try Program.nlpipe(["repro"] + arguments, in: folder.path).status == 2)
    }
}
