import ContentStore
import Engine
import Pipelines
import Testing

/// One change at a time, and what is said of it.
struct ExplainTests {
    /// A change of one stage, what has to be said of it, and which other stages may follow.
    struct Mutation: Sendable, CustomTestStringConvertible {
        var name: String
        var stage: String
        var words: [String]
        var apply: @Sendable (TestProject) throws -> Void

        var testDescription: String { "\(name) of \(stage)" }
    }

    /// The stages of `chain()` with what each reads and makes.
    private static let stages: [(name: String, dep: String, out: String)] = [
        ("first", "data/in.txt", "one/out.txt"), ("second", "one/out.txt", "two/folder"),
        ("third", "two/folder", "three.txt"), ("beside", "data/in.txt", "beside/out.txt"),
    ]

    private static func position(_ name: String) -> Int {
        stages.firstIndex { $0.name == name } ?? 0
    }

    static let mutations: [Mutation] =
        stages.flatMap { stage in
            let position = position(stage.name)
            return [
                Mutation(
                    name: "environment", stage: stage.name,
                    words: ["environment variable NEW: nothing → unset @pipeline.yml:1:1"]
                ) { $0.stages[position].environment = ["NEW"] },
                Mutation(
                    name: "out options", stage: stage.name,
                    words: ["options of out '\(stage.out)': plain → uncached @pipeline.yml:1:1"]
                ) { $0.stages[position].outs[0].cache = false },
                Mutation(
                    name: "out deleted", stage: stage.name, words: ["out '\(stage.out)': sha256"]
                ) { try $0.remove(stage.out) },
                Mutation(
                    name: "new dep", stage: stage.name,
                    words: ["dep 'data/extra': nothing → sha256"]
                ) { test in
                    try test.write("extra", to: "data/extra")
                    test.stages[position].deps.append(
                        Dep(path: "data/extra", location: TestProject.place))
                },
                Mutation(
                    name: "removed dep", stage: stage.name,
                    words: ["dep '\(stage.dep)': sha256"]
                ) { $0.stages[position].deps = [] },
                Mutation(
                    name: "always", stage: stage.name, words: ["always runs"]
                ) { $0.stages[position].alwaysChanged = true },
                Mutation(
                    name: "new name", stage: "renamed", words: ["never run @pipeline.yml:1:1"]
                ) { $0.stages[position].name = "renamed" },
                Mutation(
                    name: "command", stage: stage.name,
                    words: [position == 2 ? "command 1 of 2: cat" : "action: module toy → command"]
                ) { $0.stages[position].action = .command(["true"]) },
                Mutation(
                    name: "out edited", stage: stage.name, words: ["out '\(stage.out)': sha256"]
                ) { test in
                    try test.write("edited", to: position == 1 ? "two/folder/one" : stage.out)
                },
            ]
        } + [
            Mutation(
                name: "param", stage: "first",
                words: [#"param 'first.text': "1" → "2" @params.yaml:1:9"#]
            ) { try $0.params(first: "2", second: "x") },
            Mutation(
                name: "param", stage: "second",
                words: [#"param 'second.text': "x" → "long" @params.yaml:2:10"#]
            ) { try $0.params(first: "1", second: "long") },
            Mutation(
                name: "folder", stage: "third", words: ["dep 'raw': ", "in 1 files"]
            ) { test in
                try test.write("1", to: "raw/a")
                test.stages[2].deps.append(Dep(path: "raw", location: TestProject.place))
            },
        ]

    private static func explain(_ test: TestProject) throws -> [PlannedStage] {
        try Planner(project: test.project).plan(test.request(), explaining: true)
    }

    @Test(arguments: mutations)
    func oneChangeIsNamedWithItsValuesAndPlace(mutation: Mutation) async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try mutation.apply(test)
        let planned = try ExplainTests.explain(test)
        let stage = try #require(planned.first { $0.stage == mutation.stage })
        let said = stage.explanations.map { change in
            "\(change.subject): \(change.old ?? "nothing") → \(change.new ?? "nothing")"
                + (change.place.map { " @\($0)" } ?? "")
        }
        #expect(stage.explanations.count == 1, "\(said)")
        let told = (said.first ?? "").replacing(": nothing → nothing", with: "")
        for words in mutation.words { #expect(told.contains(words), "\(told)") }
        // Nothing else is certain to change; what follows may be cut off early.
        let followers = try test.project.graph.downstream(of: mutation.stage)
        for other in planned where other.stage != mutation.stage {
            let isCertain = !other.prospect.reasons.isEmpty
            let readsIt = followers.contains(other.stage)
            let isNewEdge = mutation.name == "new name"
            #expect(!isCertain || (isNewEdge && readsIt), "\(other.stage): \(other.prospect)")
            if !readsIt { #expect(other.prospect == .upToDate) }
        }
    }

    @Test func editedCodeIsNamedWithItsModule() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        test.registry = .init([EditedToy.self])
        let first = try #require(try ExplainTests.explain(test).first)
        #expect(first.explanations.map(\.subject) == ["code of module 'toy'"])
        #expect(
            first.explanations.first?.old == "toy-1" && first.explanations.first?.new == "toy-2")
    }

    @Test func whatStaysOrComesBackNamesTheRunThatMadeIt() async throws {
        let test = try TestProject()
        try test.chain()
        let traces = try await test.run().items.compactMap(\.trace)
        let planned = try ExplainTests.explain(test)
        #expect(planned.map(\.run?.facts) == traces.map(\.facts))
        try test.remove("three.txt")
        let third = try ExplainTests.explain(test)[2]
        #expect(third.run?.facts == traces[2].facts)
        #expect(try Planner(project: test.project).plan(test.request())[2].run == nil)
    }

    @Test func theFilesOfAFolderThatDifferAreNamed() async throws {
        let test = try TestProject()
        try test.chain()
        try await test.run()
        try test.write("x", to: "two/folder/new")
        try test.remove("two/folder/one")
        let second = try ExplainTests.explain(test)[1]
        #expect(second.explanations.map(\.note) == ["new is new, one deleted"])
    }

    @Test(
        arguments: [
            ("a: 1\nb:\n  c: 2\n", "b.c", "params.yaml:3:3"),
            ("b: {x: 0, c: [1, {d: 2}]}\n", "b.c[1].d", "params.yaml:1:19"),
            ("b:\n  c: 2\n", "b.gone", "pipeline.yml:1:1"),
        ])
    func aParameterIsFoundWhereItStands(text: String, key: String, place: String) async throws {
        let test = try TestProject()
        test.stage("s", params: [key], outs: [test.out("out")])
        try test.write("b: {c: [0, {d: 0}], gone: 0}\n", to: "params.yaml")
        if key == "b.c" { try test.write("b: {c: 0}\n", to: "params.yaml") }
        try await test.run()
        try test.write(text, to: "params.yaml")
        if key == "b.gone" { test.stages[0].params[0].keys = [] }
        let change = try #require(try ExplainTests.explain(test)[0].explanations.first)
        #expect(change.subject == "param '\(key)'")
        #expect(change.place?.description == place)
    }
}
