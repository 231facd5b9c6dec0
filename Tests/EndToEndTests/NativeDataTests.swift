import Foundation
import TestSupport
import Testing

/// `add` in native projects: data that no stage makes, in the cache and on record in `.dvc` files.
struct NativeDataTests {
    private let project: ToyProject

    init() throws {
        project = try ToyProject(
            pipeline: """
                stages:
                  sum: {cmd: cat raw.txt d/* > sum && echo ran >> log.txt, deps: [raw.txt, d], outs: [sum]}

                """)
        try project.folder.write("1\n", to: "d/a")
        try project.folder.write("2\n", to: "d/b")
    }

    @discardableResult
    private func nlpipe(_ arguments: String..., status: Int32 = 0) throws -> Program.Result {
        let result = try Program.nlpipe(arguments, in: project.path)
        #expect(result.status == status, "\(arguments): \(result.error)")
        return result
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: project.folder.file(path), encoding: .utf8)
    }

    private func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: project.folder.file(path))
    }

    @Test func dataAreOnRecordAndIgnoredByGit() throws {
        #expect(try nlpipe("add", "raw.txt", "d").out == "wrote raw.txt.dvc\nwrote d.dvc\n")
        #expect(
            try text("raw.txt.dvc") == """
                outs:
                - sha256: aea8a04c2f293417e499bf5de2def8ebb1ed40264d128a67180ea56fbe4600ff
                  size: 4
                  hash: sha256
                  path: raw.txt

                """)
        #expect(try text("d.dvc").contains("  size: 4\n  nfiles: 2\n  hash: sha256\n  path: d\n"))
        #expect(try text(".gitignore").contains("/raw.txt\n/d\n"))
        try nlpipe("repro")
        #expect(try project.executed() == ["ran"])
        #expect(!(try text("pipeline.lock").contains("raw.txt.dvc")))
        #expect(try nlpipe("status", "--json").out == "{}\n")
        #expect(try nlpipe("repro").lines.last == "everything is up to date")
    }

    @Test func anEditIsTakenAndNeverUndone() throws {
        try nlpipe("add", "raw.txt", "d")
        try nlpipe("repro")
        let first = try text("raw.txt.dvc")
        try project.folder.write("edited\n", to: "raw.txt")
        #expect(try nlpipe("status", "--json").out.contains(#"{"raw.txt":"modified"}"#))
        #expect(try nlpipe("data", "status", "--json").out.contains(#""modified":["raw.txt"]"#))
        try nlpipe("repro")
        #expect(try text("raw.txt") == "edited\n")
        #expect(try text("raw.txt.dvc") != first)
        #expect(try text("sum").hasPrefix("edited\n"))
        // An earlier content is recorded again, not fetched from an earlier run.
        try project.folder.write("b\na\n", to: "raw.txt")
        try nlpipe("repro")
        #expect(try text("raw.txt.dvc") == first)
        #expect(try text("raw.txt") == "b\na\n")
    }

    @Test func whatIsGoneComesBack() throws {
        try nlpipe("add", "raw.txt", "d")
        try remove("d")
        try remove("raw.txt")
        #expect(try nlpipe("checkout").out == "A d\nA raw.txt\n")
        try remove("d")
        try nlpipe("repro")
        #expect(try text("d/b") == "2\n")
    }

    @Test func aCloneGetsThemAndACollectionKeepsThem() throws {
        let store = try TemporaryFolder()
        try nlpipe("add", "raw.txt", "d")
        try nlpipe("remote", "add", "-d", "store", store.file("objects"))
        try nlpipe("repro")
        try project.commit()
        try Program.git("tag", "v1", in: project.path)
        #expect(try nlpipe("push").out == "5 files pushed\n")
        #expect(try nlpipe("status", "-c", "--json").out == "{}\n")
        #expect(try nlpipe("gc", "-w", "--dry").out == "Nothing to remove.\n")
        let clone = try TemporaryFolder()
        try Program.git("clone", "-q", project.path, ".", in: clone.path)
        let pulled = try Program.nlpipe(["pull"], in: clone.path)
        #expect(pulled.status == 0, "\(pulled.error)")
        #expect(try String(contentsOfFile: clone.file("d/a"), encoding: .utf8) == "1\n")
        #expect(try Program.nlpipe(["status", "--json"], in: clone.path).out == "{}\n")
        // What only the tagged commit has stays when it is asked for.
        try project.folder.write("new\n", to: "raw.txt")
        try nlpipe("repro")
        #expect(try nlpipe("gc", "-T", "--dry", "--json").out.contains(#""objects":0"#))
        #expect(try nlpipe("gc", "-w", "--dry", "--json").out.contains(#""objects":2"#))
    }

    @Test func filesOfDVCAreNoneOfItsBusiness() throws {
        try project.folder.write(
            "outs:\n- md5: ba8d2b9408ed255ee92a112fe7ba59be\n  hash: md5\n  path: other\n",
            to: "other.dvc")
        #expect(try nlpipe("stage", "list", "--name-only").out == "sum\n")
        try project.folder.write(
            "outs:\n- sha256: x\n  hash: sha256\n  path: other\n", to: "other.dvc")
        #expect(try nlpipe("status", status: 2).error.contains("other.dvc"))
    }

    @Test(arguments: [
        "rename:1:kill", "rename:2:kill", "fsync:1:kill", "write:2:kill", "mkdir:2:kill",
    ])
    func aKilledAddIsCompletedByTheNext(failpoint: String) throws {
        let killed = try Program.nlpipe(
            ["add", "raw.txt", "d"], in: project.path, environment: ["NLPIPE_FAILPOINT": failpoint])
        #expect(killed.status == SIGKILL)
        #expect(try text("raw.txt") == "b\na\n")
        try nlpipe("add", "raw.txt", "d")
        try nlpipe("cache", "verify")
        try nlpipe("repro")
        #expect(try nlpipe("status", "--json").out == "{}\n")
        let left = try FileManager.default.contentsOfDirectory(
            atPath: project.folder.file(".nlpipe/tmp"))
        #expect(Set(left).isSubset(of: ["lock", "logs", "checkpoints"]))
    }
}
