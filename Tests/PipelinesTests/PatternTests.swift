import Testing

@testable import Pipelines

private func read(_ text: String, file: String = "pipeline.yml") throws -> Pipeline {
    try PipelineReader(file: file, knownModules: nil, patterns: true) { _ in nil }.read(text)
}

@Suite struct PatternTests {
    let text = """
        stages:
          split: {cmd: s, outs: [data/parts]}
          clean: {cmd: c, deps: ["data/raw/*.csv"], outs: [data/clean.csv, model/a.bin]}
          train: {cmd: t, deps: ["data/*.csv", "data/parts/**/*.txt"], outs: [model/b.bin]}
          score: {cmd: s, deps: ["model/?.bin", "**/*.py", "a\\\\*b"], outs: [scores]}
        """

    @Test func patternsInDepsAreKeptAndMakeEdges() throws {
        let pipeline = try read(text)
        #expect(pipeline.stages[1].deps.map(\.path) == ["data/raw/*.csv"])
        #expect(pipeline.stages[1].deps.map(\.glob?.base) == ["data/raw"])
        #expect(pipeline.stages[3].deps.map(\.path) == ["model/?.bin", "**/*.py", "a*b"])
        #expect(pipeline.stages[3].deps.map { $0.glob == nil } == [false, false, true])
        let graph = try Graph(pipeline)
        #expect(graph.parents(of: "clean") == [])
        #expect(graph.parents(of: "train") == ["split", "clean"])
        #expect(graph.parents(of: "score") == ["clean", "train"])
        #expect(graph.sources.map(\.path) == ["data/raw/*.csv", "**/*.py", "a*b"])
    }

    @Test func withoutPatternsWildcardsAreNames() throws {
        let pipeline = try Definition(text).read()
        #expect(pipeline.stages.flatMap(\.deps).allSatisfy { $0.glob == nil })
        #expect(pipeline.stages[3].deps.last?.path == "a\\*b")
    }

    @Test func theFoldersAroundAPatternAreMeantAsTheyAre() throws {
        let pipeline = try read(
            "stages: {s: {cmd: x, wdir: \"a[1]\", deps: [\"*.csv\", ../*, plain]}}",
            file: "x*y/pipeline.yml")
        let deps = pipeline.stages[0].deps
        #expect(deps.map(\.glob?.base) == ["x*y/a[1]", "x*y", nil])
        #expect(deps[0].glob?.matches("x*y/a[1]/b.csv") == true)
        #expect(deps[0].glob?.matches("xzy/a1/b.csv") == false)
        #expect(deps[2].path == "x*y/a[1]/plain")
    }

    @Test func wrongPatternsAndCirclesAreSaid() throws {
        do {
            _ = try read("stages: {s: {cmd: x, deps: [\"a[b\", \"../*\", \".git/*\", \"*\\\\\"]}}")
            Issue.record("nothing thrown")
        } catch let error as DefinitionError {
            #expect(
                error.diagnostics.map(\.message) == [
                    "dep 'a[b' of stage 's' is no pattern",
                    "dep '../*' of stage 's' leads outside the project",
                    "dep '.git/*' of stage 's' is inside '.git', which belongs to git",
                    "dep '*\\' of stage 's' is no pattern",
                ])
        }
        let own = try read("stages: {s: {cmd: x, deps: [\"data/*\"], outs: [data/o]}}")
        #expect(throws: DefinitionError.self) { try Graph(own) }
        let circle = try read(
            "stages: {a: {cmd: x, deps: [\"y/*\"], outs: [x/a]}, b: {cmd: x, deps: [x], outs: [y/b]}}"
        )
        do {
            _ = try Graph(circle)
            Issue.record("nothing thrown")
        } catch let error as DefinitionError {
            #expect(error.description.contains("'a' reads 'y/*', made by 'b'"))
        }
    }

    @Test func thePathsOfAPatternAreFoundAndSorted() throws {
        let tree = [
            "": ["data/", "b.py", ".git/", "skip/"], "data": ["b.csv", "a.csv", "sub/", "x.txt"],
            "data/sub": ["c.csv", "d.csv/"], "data/sub/d.csv": ["inner.csv"], "skip": ["e.csv"],
            ".git": ["f.csv"],
        ]
        var rules = IgnoreRules()
        rules.add("/skip/\nb.csv")
        func paths(_ pattern: String) throws -> [String]? {
            Glob(pattern)?.paths(leavingOut: rules) { folder in
                (tree[folder] ?? []).map {
                    .init(name: $0.filter { $0 != "/" }, isFolder: $0.hasSuffix("/"))
                }
            }
        }
        #expect(try paths("data/*.csv") == ["data/a.csv"])
        #expect(try paths("**/*.csv") == ["data/a.csv", "data/sub/c.csv", "data/sub/d.csv"])
        #expect(try paths("data/**") == ["data/a.csv", "data/sub", "data/x.txt"])
        #expect(try paths("*") == ["b.py", "data"])
        #expect(try paths("*/sub/?.csv") == ["data/sub/c.csv", "data/sub/d.csv"])
        #expect(try paths("skip/*") == [])
        #expect(try paths("nowhere/*") == [])
    }
}
