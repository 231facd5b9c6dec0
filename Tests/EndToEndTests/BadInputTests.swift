import Testing
import TestSupport

@Suite struct BadInputTests {
    @Test func aCycleIsShownAsAPath() throws {
        let project = try ToyProject(
            pipeline: """
                stages:
                  a: {cmd: "true", deps: [y], outs: [x]}
                  b: {cmd: "true", deps: [x], outs: [y]}

                """)
        let result = try project.nlpipe("repro")
        #expect(result.status == 2)
        #expect(result.firstError.hasPrefix("pipeline.yml:2:3: error: "), "\(result.error)")
        #expect(result.error.contains("a -> b -> a"))
    }

    @Test func aMissingDepIsFoundBeforeAnythingRuns() throws {
        let project = try ToyProject(
            pipeline: ToyProject.pipeline.replacing("[sorted.txt, count.sh]", with: "[absent.txt]"))
        let result = try project.nlpipe("repro")
        #expect(result.status == 2)
        #expect(
            result.firstError
                == "pipeline.yml:8:12: error: dep 'absent.txt' of stage 'count' does not exist",
            "\(result.error)")
        #expect(try project.executed() == [])
    }

    @Test func aPathOutsideTheProjectIsRefused() throws {
        let project = try ToyProject(
            pipeline: ToyProject.pipeline.replacing("outs: [sorted.txt]", with: "outs: [../x]"))
        let result = try project.nlpipe("repro")
        #expect(result.status == 2)
        #expect(result.firstError.hasPrefix("pipeline.yml:5:12: error: "), "\(result.error)")
        #expect(result.firstError.contains("'../x'"))
    }

    @Test func aMissingParameterIsNamedWithWhoWantsIt() throws {
        let project = try ToyProject()
        try project.folder.write("scal: 2\n", to: "params.yaml")
        let result = try project.nlpipe("repro")
        #expect(result.status == 2)
        #expect(result.error.contains("'scale'") && result.error.contains("'count'"))
        #expect(result.error.contains("scal"))
        #expect(result.firstError.contains(":"), "\(result.error)")
        #expect(try project.executed() == [])
    }

    @Test func aFailingStageEndsTheRunAndLeavesTheRestAlone() throws {
        let project = try ToyProject(
            pipeline: ToyProject.pipeline.replacing("sort raw.txt", with: "exit 7; sort raw.txt"))
        let result = try project.nlpipe("repro")
        #expect(result.status == 1)
        #expect(result.error.contains("stage 'prepare' failed"))
        #expect(result.error.contains("7"))
        #expect(try project.executed() == [])
    }

    @Test func unknownTargetsRevisionsAndFoldersAreNamed() throws {
        let project = try ToyProject()
        #expect(try project.nlpipe("repro", "cuont").firstError.contains("'cuont'"))
        #expect(try project.nlpipe("repro", "cuont").status == 2)
        let revision = try project.nlpipe("metrics", "diff", "nosuch")
        #expect(revision.firstError == "error: revision 'nosuch' is not known")
        #expect(revision.status == 2)
        let folder = try project.nlpipe("-C", "nosuch", "repro")
        #expect(folder.firstError == "error: folder 'nosuch' does not exist")
        #expect(folder.status == 2)
    }

    @Test func aFolderThatIsNoPackageIsRefused() throws {
        let folder = try TemporaryFolder()
        let result = try Program.nlpipe(["predict", "nosuch", "text"], in: folder.path)
        #expect(result.status == 2)
        #expect(result.firstError == "error: \(folder.path)/nosuch/manifest.json: no such file")
    }

    @Test func outsideAProjectOrARepositoryTheFirstLineSaysSo() throws {
        let folder = try TemporaryFolder()
        let repro = try Program.nlpipe(["repro"], in: folder.path)
        #expect(repro.status == 2)
        #expect(repro.firstError.hasPrefix("error: no 'pipeline.yml' in '"))
        #expect(try Program.nlpipe(["init"], in: folder.path).status == 2)
        #expect(try Program.nlpipe(["init", "--no-scm"], in: folder.path).status == 0)
        #expect(try Program.nlpipe(["init", "--no-scm"], in: folder.path).status == 2)
        #expect(try Program.nlpipe(["init", "--no-scm", "--force"], in: folder.path).status == 0)
        #expect(
            try Program.nlpipe(["repro"], in: folder.path).lines == ["everything is up to date"])
        let diff = try Program.nlpipe(["metrics", "diff"], in: folder.path)
        #expect(diff.status == 2)
        #expect(diff.firstError.hasSuffix("is not in a git repository"))
    }

    @Test(arguments: [
        ["repro", "--threads", "0"], ["repro", "--nosuch"], ["nosuch"], ["dag", "--md", "--dot"],
        ["metrics", "show", "--precision", "99"], ["completion", "tcsh"], ["predict"],
    ])
    func wrongUsageIsExitCodeTwoAndPrintsNothing(arguments: [String]) throws {
        let project = try ToyProject()
        let result = try Program.nlpipe(arguments, in: project.path)
        #expect(result.status == 2)
        #expect(result.out.isEmpty)
        #expect(result.firstError.hasPrefix("error: "), "\(result.error)")
    }

    @Test(arguments: [
        ["init"], ["repro"], ["status"], ["dag"], ["checkout"], ["metrics"], ["metrics", "show"],
        ["metrics", "diff"], ["params"], ["params", "diff"], ["predict"], ["export"],
        ["completion"], ["watch"], ["exp"], ["exp", "run"], ["exp", "show"], ["exp", "diff"],
        ["exp", "list"], ["exp", "apply"], ["exp", "branch"], ["exp", "rename"], ["exp", "remove"],
        ["exp", "save"], ["exp", "push"], ["exp", "pull"],
    ])
    func everyCommandHasHelpWithExamples(command: [String]) throws {
        let result = try Program.nlpipe(command + ["--help"], in: "/")
        #expect(result.status == 0)
        #expect(result.out.contains("nlpipe \(command.joined(separator: " "))"))
        #expect(result.out.contains("EXAMPLES"))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsNameTheCommands(shell: String) throws {
        let result = try Program.nlpipe(["completion", shell], in: "/")
        #expect(result.status == 0)
        #expect(result.out.contains("checkout"))
    }

    @Test func helpAndVersionAreResults() throws {
        let help = try Program.nlpipe(["--help"], in: "/")
        #expect(help.status == 0 && help.error.isEmpty && help.out.contains("SUBCOMMANDS"))
        let version = try Program.nlpipe(["--version"], in: "/")
        #expect(version.status == 0 && version.out.split(separator: ".").count == 3)
    }
}
