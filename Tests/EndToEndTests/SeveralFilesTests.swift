import Foundation
import TestSupport
import Testing

/// A project with several pipeline files, on the built program.
struct SeveralFilesTests {
    private static func project() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            stages:
              raw:
                cmd: echo one > raw.txt
                outs: [raw.txt]
              report:
                cmd: cat sub/model.txt > report.txt
                deps: [sub/model.txt]
                outs: [report.txt]

            """, to: "pipeline.yml")
        try folder.write(
            """
            stages:
              train:
                cmd: cat ../raw.txt > model.txt && echo "{\\"rate\\":${rate}}" > m.json
                deps: [../raw.txt]
                params: [rate]
                outs: [model.txt]
                metrics: [{m.json: {cache: false}}]

            """, to: "sub/pipeline.yml")
        try folder.write("rate: 0.5\n", to: "sub/params.yaml")
        try folder.write("stages: {bad: {outs: [raw.txt]}}", to: "left/out/pipeline.yml")
        try folder.write("/left/\n", to: ".nlpipeignore")
        try Program.git("init", "-q", in: folder.path)
        return folder
    }

    private static func nlpipe(
        _ arguments: String..., in folder: String
    ) throws -> Program.Result {
        try Program.nlpipe(arguments, in: folder)
    }

    @Test func allFilesMakeOneGraphWithOneLock() throws {
        let folder = try SeveralFilesTests.project()
        let all = try SeveralFilesTests.nlpipe("repro", "-P", in: folder.path)
        #expect(all.status == 0, "\(all.error)")
        #expect(all.lines.map { $0.prefix { $0 != " " } }.dropLast().contains("raw:"))
        let lock = try String(contentsOfFile: folder.file("pipeline.lock"), encoding: .utf8)
        #expect(lock.contains("sub/pipeline.yml:train"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("sub/pipeline.lock")))
        let again = try SeveralFilesTests.nlpipe("repro", "-P", in: folder.file("sub"))
        #expect(again.lines.last == "everything is up to date", "\(again.out)\(again.error)")
        let list = try SeveralFilesTests.nlpipe(
            "stage", "list", "--all", "--name-only", in: folder.path)
        #expect(list.lines == ["raw", "report", "sub/pipeline.yml:train"])
        let status = try SeveralFilesTests.nlpipe("status", in: folder.path)
        #expect(status.lines == ["everything is up to date"])
    }

    @Test func targetsAreRelativeToTheWorkingFolder() throws {
        let folder = try SeveralFilesTests.project()
        let sub = folder.file("sub")
        // Before there is a `.nlpipe` the root is the outermost pipeline file of the repository.
        let first = try SeveralFilesTests.nlpipe("repro", in: sub)
        #expect(first.lines.last?.hasPrefix("2 ran") == true, "\(first.out)\(first.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("sub/.nlpipe")))
        for target in ["train", ":train", "pipeline.yml", "model.txt", "../sub/pipeline.yml:train"]
        {
            let run = try SeveralFilesTests.nlpipe("repro", "-s", "-f", target, in: sub)
            #expect(run.lines.first?.hasPrefix("sub/pipeline.yml:train: runs") == true, "\(target)")
        }
        let other = try SeveralFilesTests.nlpipe("repro", "report", in: sub)
        #expect(other.status == 0 && other.lines.last?.hasPrefix("1 ran") == true)
        #expect(try SeveralFilesTests.nlpipe("repro", "nosuch", in: sub).status == 2)
        let frozen = try SeveralFilesTests.nlpipe("freeze", "train", in: sub)
        #expect(frozen.lines == ["sub/pipeline.yml:train: frozen"], "\(frozen.error)")
        let text = try String(contentsOfFile: folder.file("sub/pipeline.yml"), encoding: .utf8)
        #expect(text.contains("frozen: true"))
    }

    @Test func metricsOfCommitsComeFromAllFiles() throws {
        let folder = try SeveralFilesTests.project()
        #expect(try SeveralFilesTests.nlpipe("repro", "-P", in: folder.path).status == 0)
        try Program.git("add", "-A", in: folder.path)
        try Program.git("commit", "-q", "-m", "one", in: folder.path)
        try folder.write("rate: 0.75\n", to: "sub/params.yaml")
        #expect(try SeveralFilesTests.nlpipe("repro", "-P", in: folder.path).status == 0)
        let json = try SeveralFilesTests.nlpipe("metrics", "diff", "--json", in: folder.file("sub"))
        #expect(
            json.out == #"{"sub/m.json":{"rate":{"diff":0.25,"new":0.75,"old":0.5}}}"# + "\n")
        let params = try SeveralFilesTests.nlpipe("params", "diff", "--json", in: folder.path)
        #expect(params.out.contains("sub/params.yaml") && params.out.contains("0.75"))
    }

    @Test func whatIsLeftOutDoesNotCountInFolders() throws {
        let folder = try TemporaryFolder()
        try folder.write("*.tmp\nnotes/\n", to: ".nlpipeignore")
        for name in ["in/a", "in/b.tmp", "in/notes/x"] { try folder.write("1", to: name) }
        try folder.write(
            "stages: {copy: {cmd: mkdir out && cp -r in/* out, deps: [in], outs: [out]}}",
            to: "pipeline.yml")
        #expect(try SeveralFilesTests.nlpipe("repro", in: folder.path).status == 0)
        for name in ["in/b.tmp", "in/notes/x", "out/b.tmp", "out/new.tmp"] {
            try folder.write("2", to: name)
        }
        let status = try SeveralFilesTests.nlpipe("status", in: folder.path)
        #expect(status.lines == ["everything is up to date"], "\(status.out)\(status.error)")
        try folder.write("2", to: "out/a")
        #expect(try SeveralFilesTests.nlpipe("checkout", "-f", in: folder.path).status == 0)
        #expect(try String(contentsOfFile: folder.file("out/a"), encoding: .utf8) == "1")
        #expect(try String(contentsOfFile: folder.file("out/b.tmp"), encoding: .utf8) == "2")
        #expect(try String(contentsOfFile: folder.file("out/notes/x"), encoding: .utf8) == "1")
        try folder.write("in\n", to: ".nlpipeignore")
        let refused = try SeveralFilesTests.nlpipe("repro", in: folder.path)
        #expect(refused.status == 2)
        #expect(
            refused.firstError
                == "pipeline.yml:1:58: error: stage 'copy' reads 'in', which '.nlpipeignore' leaves out",
            "\(refused.error)")
    }
}
