import Foundation
import Testing
import TestSupport

/// The built program, stopped or refused at a system call; `scripts/crash-sweep.sh` does all of them.
@Suite struct FailpointCommandTests {
    private func repro(_ project: ToyProject, _ failpoint: String) throws -> Program.Result {
        try Program.nlpipe(
            ["repro", "-q"], in: project.path, environment: ["NLPIPE_FAILPOINT": failpoint])
    }

    @Test(arguments: ["rename:1:kill", "fsync:2:kill", "write:3:kill", "mkdir:4:kill"])
    func aKilledRunIsCompletedByTheNext(failpoint: String) throws {
        let project = try ToyProject()
        #expect(try repro(project, failpoint).status == SIGKILL)
        #expect(try project.nlpipe("repro", "-q").status == 0)
        #expect(try project.nlpipe("status").status == 0)
        let left = try FileManager.default.contentsOfDirectory(
            atPath: project.folder.file(".nlpipe/tmp"))
        #expect(Set(left).isSubset(of: ["lock", "logs", "checkpoints"]))
    }

    @Test(arguments: [
        ("fsync:2:EIO", "input/output error"), ("write:1+:ENOSPC", "no space left on device"),
        ("open:9+:EMFILE", "too many open files"),
    ])
    func aRefusalIsNamedWithItsPath(failpoint: String, words: String) throws {
        let project = try ToyProject()
        let refused = try repro(project, failpoint)
        #expect(refused.status == 1)
        #expect(refused.error.contains(words) && refused.error.contains("'\(project.path)/"))
        #expect(try project.nlpipe("repro", "-q").status == 0)
    }

    @Test(arguments: ["write:1+:short", "read:1+:short", "write:2:EINTR", "fsync:1:EINTR"])
    func shortAndInterruptedCallsAreInvisible(failpoint: String) throws {
        let project = try ToyProject()
        #expect(try repro(project, failpoint).status == 0)
        #expect(try project.nlpipe("cache", "verify").status == 0)
    }

    @Test func aFailureThatCannotBeIsRefused() throws {
        let refused = try repro(try ToyProject(), "rename:first:kill")
        #expect(refused.status == 2)
        #expect(refused.error.contains("NLPIPE_FAILPOINT") && refused.error.contains("hint: "))
    }
}
