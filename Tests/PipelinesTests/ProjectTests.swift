import Testing

@testable import Pipelines

/// A project in memory: its files by path.
private struct Tree: Sendable {
    var files: [String: String]

    func read() throws -> ProjectReader.Reading {
        let files = files
        return try ProjectReader(knownModules: ["distill"]) {
            files[$0]
        } list: { folder in
            let prefix = folder.isEmpty ? "" : folder + "/"
            var entries: [String: Bool] = [:]
            for path in files.keys where path.hasPrefix(prefix) {
                let rest = path.dropFirst(prefix.count)
                let name = rest.prefix { $0 != "/" }
                entries[String(name)] = name.count < rest.count
            }
            return entries.map { .init(name: $0.key, isFolder: $0.value) }
        }.read()
    }

    func graph() throws -> Graph { try Graph(read().pipeline) }

    func complaint() -> String {
        do {
            _ = try graph()
            return ""
        } catch {
            return "\(error)"
        }
    }
}

@Suite struct ProjectTests {
    private let tree = Tree(files: [
        "pipeline.yml": """
        stages:
          all: {cmd: a, deps: [sub/model, sub/deep/out]}
          raw: {cmd: r, outs: [raw.csv]}
        metrics: [m.json]
        """,
        "sub/pipeline.yml": """
        stages:
          train: {cmd: "t ${lr}", deps: [../raw.csv], params: [lr], outs: [model]}
          each: {foreach: [a, "b:c"], do: {cmd: "e ${item}", deps: [model]}}
        metrics: [m.json]
        """,
        "sub/params.yaml": "lr: 0.1\n",
        "sub/deep/pipeline.yml": "stages: {raw: {cmd: d, deps: [../model], outs: [out]}}",
        ".git/pipeline.yml": "not: read", ".nlpipe/pipeline.yml": "not: read",
        ".dvc/x/pipeline.yml": "not: read", "other/.nlpipe/config.yml": "",
        "other/pipeline.yml": "a project of its own", "skipped/pipeline.yml": "not: read",
        "sub/left/out/pipeline.yml": "not: read", "sub/params/pipeline.yml/x": "a folder",
        ".nlpipeignore": "/skipped/\n", "sub/.nlpipeignore": "left\n",
    ])

    @Test func allPipelineFilesMakeOneGraph() throws {
        let reading = try tree.read()
        let pipeline = reading.pipeline
        #expect(pipeline.files == ["pipeline.yml", "sub/pipeline.yml", "sub/deep/pipeline.yml"])
        #expect(
            pipeline.stages.map(\.name) == [
                "all", "raw", "sub/pipeline.yml:train", "sub/pipeline.yml:each@a",
                "sub/pipeline.yml:each@b:c", "sub/deep/pipeline.yml:raw",
            ])
        #expect(pipeline.stages[2].action == .command(["t 0.1"]))
        #expect(pipeline.stages[2].workingDirectory == "sub")
        #expect(pipeline.stages[2].address == StageAddress(file: "sub/pipeline.yml", name: "train"))
        #expect(pipeline.stages[0].address == StageAddress(file: "pipeline.yml", name: "all"))
        #expect(pipeline.metricPaths == ["m.json", "sub/m.json"])
        #expect(pipeline.allParamsFiles == ["sub/params.yaml"])
        #expect(reading.ignored.isIgnored("sub/left/x", isFolder: false))
        let graph = try Graph(pipeline)
        #expect(
            graph.upstream(of: "all") == [
                "raw", "sub/pipeline.yml:train", "sub/deep/pipeline.yml:raw",
            ])
    }

    @Test(arguments: [
        ("raw", "", ["raw"]), ("raw", "sub/deep", ["sub/deep/pipeline.yml:raw"]),
        (":raw", "", ["raw"]), (":train", "sub", ["sub/pipeline.yml:train"]),
        ("train", "sub/other/folder", ["sub/pipeline.yml:train"]),
        ("sub/pipeline.yml:train", "", ["sub/pipeline.yml:train"]),
        ("./deep/../pipeline.yml:train", "sub", ["sub/pipeline.yml:train"]),
        ("../pipeline.yml:raw", "sub", ["raw"]), ("pipeline.yml:raw", "", ["raw"]),
        ("all", "sub", ["all"]),
        ("sub/pipeline.yml:each", "", ["sub/pipeline.yml:each@a", "sub/pipeline.yml:each@b:c"]),
        ("each@b:c", "sub", ["sub/pipeline.yml:each@b:c"]),
        ("sub/pipeline.yml:each@b:c", "", ["sub/pipeline.yml:each@b:c"]),
        ("model", "sub", ["sub/pipeline.yml:train"]), ("../raw.csv", "sub", ["raw"]),
        ("deep/pipeline.yml", "sub", ["sub/deep/pipeline.yml:raw"]),
        ("pipeline.yml", "", ["raw", "all"]),
    ])
    func targetsAreRelativeToAFolder(target: String, folder: String, names: [String]) throws {
        let stages = try tree.graph().order(targets: [target], single: true, folder: folder)
        #expect(stages.map(\.name) == names)
    }

    @Test func unknownTargetsAreRefused() throws {
        let graph = try tree.graph()
        for target in ["train", ":train", "sub/pipeline.yml:nope", "nope/pipeline.yml", ":", ""] {
            #expect(throws: DefinitionError.self, "\(target)") {
                try graph.order(targets: [target])
            }
        }
    }

    @Test func mistakesOfAllFilesAreSaidTogether() {
        var tree = tree
        tree.files["pipeline.yml"] = "stages: {a: {cmd: a, dep: []}}"
        tree.files["sub/pipeline.yml"] = "stages: {a: {run: nothing}}"
        tree.files["sub/deep/pipeline.yml"] = "stages: [\n"
        let said = tree.complaint()
        #expect(
            said.contains("pipeline.yml:1:22: error: unknown key 'dep' in stage 'a'\n  1 | stages"))
        #expect(said.contains("sub/pipeline.yml:1:19: error: stage 'a' runs the unknown module"))
        #expect(said.contains("sub/deep/pipeline.yml:2:1: error: not valid YAML:"))
    }

    @Test func outsOfDifferentFilesMayNotOverlap() {
        var tree = tree
        tree.files["sub/deep/pipeline.yml"] = """
            stages:
              again: {cmd: d, outs: [../model]}
              inside: {cmd: d, outs: [../model/x]}
              around: {cmd: d, outs: [../../sub]}
            """
        let said = tree.complaint()
        #expect(
            said.contains(
                """
                sub/deep/pipeline.yml:2:26: error: out 'sub/model' is made by two stages
                  2 |   again: {cmd: d, outs: [../model]}
                    |                          ^
                  first:  'sub/pipeline.yml:train', sub/pipeline.yml:2:68
                  second: 'sub/deep/pipeline.yml:again'
                """))
        #expect(
            said.contains("out 'sub/model/x' of stage 'sub/deep/pipeline.yml:inside' is inside"))
        #expect(said.contains("would overwrite the pipeline file"))
    }

    @Test func circlesThroughSeveralFilesAreNamed() {
        var tree = tree
        tree.files["pipeline.yml"] =
            "stages: {raw: {cmd: r, deps: [sub/deep/out], outs: [raw.csv]}}"
        #expect(
            tree.complaint().contains(
                "depend on each other: raw -> sub/pipeline.yml:train -> sub/deep/pipeline.yml:raw -> raw"
            ))
    }

    @Test func aProjectWithoutPipelineFilesIsEmpty() throws {
        let pipeline = try Tree(files: ["a/b": ""]).read().pipeline
        #expect(pipeline.stages.isEmpty && pipeline.files.isEmpty)
    }

    @Test func aFolderThatCannotBeListedIsSaid() {
        struct Refused: Error, CustomStringConvertible { var description: String { "no" } }
        let reader = ProjectReader(knownModules: nil) { _ in
            nil
        } list: { folder in
            if folder == "a" { throw Refused() }
            return [.init(name: "a", isFolder: true)]
        }
        do {
            _ = try reader.read()
            Issue.record("nothing thrown")
        } catch {
            #expect("\(error)" == "a: error: cannot be listed\n  reason: no")
        }
    }
}
