import Foundation
import TestSupport
import Testing

/// Remotes, collection and merges in projects of DVC: the same commands on DVC's own files.
struct DVCVerbTests {
    private let folder: TemporaryFolder
    private let store: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        store = try TemporaryFolder()
        try folder.write("", to: ".dvc/config")
        try folder.write("/tmp\n/cache\n/config.local\n", to: ".dvc/.gitignore")
        try folder.write("1", to: "in.a")
        try folder.write("1", to: "in.b")
        try folder.write(
            """
            stages:
              a: {cmd: cp in.a out.a, deps: [in.a], outs: [out.a]}
              b: {cmd: cp in.b out.b, deps: [in.b], outs: [out.b]}

            """, to: "dvc.yaml")
        try Program.git("init", "-q", in: folder.path)
    }

    @discardableResult
    private func nlpipe(_ arguments: String..., status: Int32 = 0) throws -> Program.Result {
        let result = try Program.nlpipe(
            arguments, in: folder.path, environment: ["SHELL": "/bin/sh"])
        #expect(result.status == status, "\(arguments): \(result.error)")
        return result
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder.file(path), encoding: .utf8)
    }

    private func commit() throws {
        try Program.git("add", "-A", in: folder.path)
        try Program.git("commit", "-q", "-m", "change", in: folder.path)
    }

    @Test func remotesAreWrittenAsByDVC() throws {
        try folder.write("# mine\n[core]\n    analytics = false\n", to: ".dvc/config")
        try nlpipe("remote", "add", "-d", "store", "../store")
        try nlpipe("remote", "add", "cloud", "s3://bucket/path")
        try nlpipe("remote", "modify", "cloud", "endpointurl", "http://localhost")
        // The text that DVC 3.67.1 makes of the same commands, and the comment.
        #expect(
            try text(".dvc/config") == """
                # mine
                [core]
                    analytics = false
                    remote = store
                ['remote "store"']
                    url = ../../store
                ['remote "cloud"']
                    url = s3://bucket/path
                    endpointurl = http://localhost

                """)
        #expect(try nlpipe("remote", "list").out.contains("store\t../store\t(default)\n"))
        try nlpipe("remote", "modify", "cloud", "secret_access_key", "x", status: 2)
        try nlpipe("remote", "modify", "--local", "cloud", "secret_access_key", "x")
        #expect(try text(".dvc/config.local").contains("secret_access_key = x\n"))
        try nlpipe("remote", "modify", "cloud", "endpointurl", "--unset")
        try nlpipe("remote", "remove", "store")
        #expect(
            try text(".dvc/config") == """
                # mine
                [core]
                    analytics = false
                ['remote "cloud"']
                    url = s3://bucket/path

                """)
        try nlpipe("remote", "remove", "store", status: 2)
        #expect(!FileManager.default.fileExists(atPath: folder.file(".nlpipe")))
    }

    @Test func otherCommitsAreKeptAndPushed() throws {
        try nlpipe("remote", "add", "-d", "store", store.file("objects"))
        try nlpipe("repro")
        try commit()
        try Program.git("tag", "v1", in: folder.path)
        try folder.write("22", to: "in.a")
        try nlpipe("repro")
        try commit()
        let kept = try nlpipe("gc", "-T", "--dry", "--json").out
        #expect(kept.contains(#""objects":0"#))
        #expect(
            try nlpipe("status", "-c", "-A", "--json").out
                == #"{"out.a":"new","out.b":"new"}"# + "\n")
        try nlpipe("push")
        // `out.a` of the first commit has the content of `out.b`, which both have.
        #expect(try nlpipe("status", "-c", "-A", "--json").out == "{}\n")
        try folder.write("333", to: "in.b")
        try nlpipe("repro")
        try nlpipe("gc", "-w", "-f")
        #expect(try nlpipe("status", "-c", "-T", "--json").out.contains("\"deleted\""))
        try nlpipe("fetch", "-T")
        #expect(try nlpipe("status", "-c", "--json").out == #"{"out.b":"new"}"# + "\n")
        #expect(!(try nlpipe("status", "-c", "-T", "--json").out.contains("deleted")))
    }

    @Test func aCommitThatCannotBeReadStopsACollection() throws {
        try nlpipe("repro")
        let definition = try text("dvc.yaml")
        try folder.write("stages: {a: 1}\n", to: "dvc.yaml")
        try commit()
        try folder.write(definition, to: "dvc.yaml")
        try commit()
        let refused = try nlpipe("gc", "-A", "-f", status: 2)
        #expect(refused.error.contains("cannot be read"))
    }

    @Test func branchesThatRanDifferentStagesMerge() throws {
        try nlpipe("install")
        #expect(try text(".gitattributes") == "dvc.lock merge=nlpipe-lock\n")
        try nlpipe("repro")
        try commit()
        try Program.git("branch", "-M", "main", in: folder.path)
        for (branch, file) in [("one", "in.a"), ("two", "in.b")] {
            try Program.git("checkout", "-q", "-b", branch, "main", in: folder.path)
            try folder.write("from \(branch)", to: file)
            try nlpipe("repro")
            try commit()
        }
        try Program.git("merge", "-q", "-m", "both", "one", in: folder.path)
        try nlpipe("checkout")
        #expect(try nlpipe("status", "--json").out == "{}\n")
        #expect(try Program.git("status", "--porcelain", "dvc.lock", in: folder.path) == "")
        // What both changed has no entry any more, and is restored or run.
        for (branch, value) in [("three", "3"), ("four", "4")] {
            try Program.git("checkout", "-q", "-b", branch, "main", in: folder.path)
            try folder.write(value, to: "in.a")
            try nlpipe("repro")
            try Program.git("commit", "-q", "-m", "lock", "dvc.lock", in: folder.path)
            try Program.git("checkout", "-q", "in.a", in: folder.path)
        }
        try Program.git("merge", "-q", "-m", "clash", "three", in: folder.path)
        #expect(!(try text("dvc.lock").contains("<<<<")))
        #expect(!(try text("dvc.lock").contains("  a:\n")))
        #expect(try text("dvc.lock").contains("  b:\n"))
        try nlpipe("repro")
        #expect(try nlpipe("status", "--json").out == "{}\n")
    }
}
