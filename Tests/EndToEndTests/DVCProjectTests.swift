import Foundation
import TestSupport
import Testing

/// Projects of DVC.
///
/// The files that are expected were written by DVC 3.67.1 for the same projects.
@Suite struct DVCProjectTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("", to: ".dvc/config")
    }

    private func nlpipe(_ arguments: String...) throws -> Program.Result {
        try Program.nlpipe(arguments, in: folder.path, environment: ["SHELL": "/bin/sh"])
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder.file(path), encoding: .utf8)
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.file(path))
    }

    private func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: folder.file(path))
    }

    private func chain() throws {
        try folder.write("hello\n", to: "in.txt")
        try folder.write(
            #"""
            stages:
              one:
                cmd: mkdir -p out && tr a-z A-Z < in.txt > out/one.txt
                deps: [in.txt]
                outs: [out/one.txt]
              two:
                cmd:
                - 'cat out/one.txt "quoted: yes # x" > two.txt || cat out/one.txt > two.txt'
                - chmod +x two.txt
                deps: [out/one.txt]
                outs: [two.txt]
              three:
                cmd: |
                  wc -c < two.txt > three.txt
                  echo '{"n": 1.0}' > three.json
                deps: [two.txt]
                metrics:
                - three.json: {cache: false}
                outs: [three.txt]

            """#, to: "dvc.yaml")
    }

    private static let lock = #"""
        schema: '2.0'
        stages:
          one:
            cmd: mkdir -p out && tr a-z A-Z < in.txt > out/one.txt
            deps:
            - path: in.txt
              hash: md5
              md5: b1946ac92492d2347c6235b4d2611184
              size: 6
            outs:
            - path: out/one.txt
              hash: md5
              md5: 0084467710d2fc9d8a306e14efbe6d0f
              size: 6
          two:
            cmd:
            - 'cat out/one.txt "quoted: yes # x" > two.txt || cat out/one.txt > two.txt'
            - chmod +x two.txt
            deps:
            - path: out/one.txt
              hash: md5
              md5: 0084467710d2fc9d8a306e14efbe6d0f
              size: 6
            outs:
            - path: two.txt
              hash: md5
              md5: 0084467710d2fc9d8a306e14efbe6d0f
              size: 6
              isexec: true
          three:
            cmd: "wc -c < two.txt > three.txt\necho '{\"n\": 1.0}' > three.json\n"
            deps:
            - path: two.txt
              hash: md5
              md5: 0084467710d2fc9d8a306e14efbe6d0f
              size: 6
              isexec: true
            outs:
            - path: three.json
              hash: md5
              md5: 849d58d50ffc191af7be3946e9ed3c41
              size: 11
            - path: three.txt
              hash: md5
              md5: 9ae0ea9e3c9c6e1b9b6252c8395efdc1
              size: 2

        """#

    private static let runs = [
        "73/73b72dbd382ef44369d4c0fe436e64a4a01ee66fbfc5d7605dd4f85b66ce8d2b/"
            + "2268f23f924176cd29a998b43f69de9e92d1f35ca059f98effb06f621c3e2ad0",
        "94/9482e536b2567e1d9827f3d67b67b7b1f512fb9d9442bd7d2df3609aaffea7ba/"
            + "34032d94796de3afffa2519dc1df0ea537037500ab943a7d0544b9c2183e9e77",
        "fe/fe8f1c43a766d4588f2d128a93dfe4af70297be179759cd97375b07693b41522/"
            + "25669284762fd0fd928b090738cf98b803df34ba95c8dfeb74bedd9ea424e215",
    ]

    @Test func locksAndRunsAreThoseOfDVC() throws {
        try chain()
        let run = try nlpipe("repro")
        #expect(run.status == 0, "\(run.error)")
        #expect(try text("dvc.lock") == Self.lock)
        for path in Self.runs { #expect(exists(".dvc/cache/runs/\(path)")) }
        #expect(exists(".dvc/cache/files/md5/00/84467710d2fc9d8a306e14efbe6d0f"))
        #expect(!exists(".nlpipe"))
        #expect(try nlpipe("status", "--json").out == "{}\n")
    }

    @Test func whatDVCRecordedIsRestored() throws {
        try chain()
        _ = try nlpipe("repro")
        for path in ["dvc.lock", "out", "two.txt", "three.txt", "three.json"] { try remove(path) }
        let run = try nlpipe("repro")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.out.contains("3 restored"))
        #expect(try text("dvc.lock") == Self.lock)
        #expect(try text("three.json") == "{\"n\": 1.0}\n")
    }

    @Test func aStageIsUnchangedByTheRuleOfDVC() throws {
        try chain()
        _ = try nlpipe("repro")
        let definition = try text("dvc.yaml")
        try folder.write(
            definition.replacing("    deps: [out/one.txt]\n", with: ""), to: "dvc.yaml")
        #expect(try nlpipe("status", "--json").out == "{}\n")
        try folder.write(definition, to: "dvc.yaml")
        try remove(".dvc/cache/files/md5/9a/e0ea9e3c9c6e1b9b6252c8395efdc1")
        #expect(
            try nlpipe("status", "--json").out
                == #"{"three":[{"changed outs":{"three.txt":"not in cache"}}]}"# + "\n")
    }

    @Test func entriesOfOthersStay() throws {
        try chain()
        let other = "  gone:\n    cmd: 'a: b'\n    outs:\n    - path: gone.txt\n      md5: null\n"
        try folder.write("schema: '2.0'\nstages:\n" + other, to: "dvc.lock")
        _ = try nlpipe("repro")
        #expect(try text("dvc.lock").contains("  gone:\n    cmd: 'a: b'\n"))
        #expect(try nlpipe("status", "--json").out == "{}\n")
    }

    @Test func dataAreTrackedAsByDVC() throws {
        try folder.write("1\n", to: "d/a")
        try folder.write("2\n", to: "d/b")
        try folder.write("in\n", to: "inner")
        let added = try nlpipe("add", "d")
        #expect(added.status == 0, "\(added.error)")
        #expect(
            try text("d.dvc") == """
                outs:
                - md5: c37f8bc8917fdf64a45bb6010380cdab.dir
                  size: 4
                  nfiles: 2
                  hash: md5
                  path: d

                """)
        let imported = try nlpipe("import-url", "inner", "inner2")
        #expect(imported.status == 0, "\(imported.error)")
        #expect(
            try text("inner2.dvc") == """
                md5: 4119b88b173ac2b137b14c9e96355965
                frozen: true
                deps:
                - md5: ba8d2b9408ed255ee92a112fe7ba59be
                  size: 3
                  hash: md5
                  path: inner
                outs:
                - md5: ba8d2b9408ed255ee92a112fe7ba59be
                  size: 3
                  hash: md5
                  path: inner2

                """)
        #expect(try nlpipe("status", "--json").out == "{}\n")
        try folder.write("9\n", to: "d/a")
        try folder.write("3\n", to: "d/c")
        try remove("d/b")
        try remove("inner2")
        let status = try nlpipe("data", "status", "--granular", "--json").out
        #expect(
            status.contains(
                #""uncommitted":{"added":["d/c"],"deleted":["d/b","inner2"],"modified":["d/","d/a"]}"#
            ))
        #expect(try nlpipe("repro").status == 0)
        #expect(try text("inner2") == "in\n")
        #expect(try text("d.dvc").contains("nfiles: 2"))
        #expect(try nlpipe("status", "--json").out == "{}\n")
    }

    @Test func whatDVCDoesNotKnowIsRefused() throws {
        try folder.write("stages:\n  a:\n    run: distill\n", to: "dvc.yaml")
        let run = try nlpipe("repro")
        #expect(run.status == 2)
        #expect(run.firstError.hasPrefix("dvc.yaml:3:5: error:"))
    }
}
