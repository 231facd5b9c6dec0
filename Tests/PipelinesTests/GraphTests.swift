import Testing

@testable import Pipelines

@Suite struct GraphTests {
    let definition = Definition(
        """
        stages:
          evaluate: {cmd: e, deps: [models, prepared/test.csv], outs: [scores]}
          prepare: {cmd: p, deps: [raw.csv], outs: [prepared]}
          teach: {cmd: t, deps: [prepared], outs: [models/teacher]}
          distill: {cmd: d, deps: [prepared, models/teacher/model.bin], outs: [models/student]}
          alone: {cmd: a, deps: [raw.csv, other.csv]}
        """)

    @Test func pathsInsideEqualToAndAboveAnOutMakeEdges() throws {
        let graph = try definition.graph()
        #expect(graph.parents(of: "evaluate") == ["prepare", "teach", "distill"])
        #expect(graph.parents(of: "distill") == ["prepare", "teach"])
        #expect(graph.children(of: "prepare") == ["evaluate", "teach", "distill"])
        #expect(graph.maker(of: "models/teacher/model.bin")?.name == "teach")
        #expect(graph.maker(of: "models") == nil)
        #expect(graph.makers(of: "models").map(\.name) == ["teach", "distill"])
        #expect(graph.sources.map(\.path) == ["raw.csv", "raw.csv", "other.csv"])
    }

    @Test func theOrderIsPostOrderDepthFirst() throws {
        let graph = try definition.graph()
        #expect(
            try graph.order().map(\.name) == ["prepare", "teach", "distill", "evaluate", "alone"])
        #expect(
            try graph.order(targets: ["distill"]).map(\.name) == ["prepare", "teach", "distill"])
        #expect(try graph.order(targets: ["distill"], single: true).map(\.name) == ["distill"])
        #expect(
            try graph.order(targets: ["./models/teacher/"]).map(\.name) == ["prepare", "teach"])
        #expect(
            try graph.order(targets: ["teach"], downstream: true).map(\.name)
                == ["teach", "distill", "evaluate"])
        #expect(graph.upstream(of: "distill") == ["prepare", "teach"])
        #expect(graph.downstream(of: "teach") == ["distill", "evaluate"])
    }

    @Test func aFrozenStagePullsNothingIn() throws {
        var frozen = definition
        frozen.text = frozen.text.replacing("{cmd: t,", with: "{frozen: true, cmd: t,")
        let graph = try frozen.graph()
        #expect(try graph.order(targets: ["teach"]).map(\.name) == ["teach"])
        #expect(graph.parents(of: "teach") == ["prepare"])
        #expect(graph.downstream(of: "prepare") == ["distill", "evaluate"])
    }

    @Test func anUnknownTargetIsRefusedWithTheNearestName() throws {
        do {
            _ = try definition.graph().order(targets: ["distil"])
            Issue.record("nothing thrown")
        } catch let error as DefinitionError {
            #expect(
                error.description == """
                    error: 'distil' is neither a stage nor an out
                      stages: evaluate, prepare, teach, distill, alone
                    hint: did you mean 'distill'?
                    """)
        }
    }

    @Test func randomGraphsAgreeWithARecursiveOracle() throws {
        var random = SystemlessRandom(state: 1)
        for _ in 0..<200 {
            let count = 1 + random.next(12)
            var parents = [[Int]](repeating: [], count: count)
            for stage in 0..<count {
                for other in 0..<count where other != stage && random.next(100) < 12 {
                    parents[stage].append(other)
                }
            }
            let stages = (0..<count).map { stage in
                Stage(
                    name: "s\(stage)", action: .command(["x"]),
                    deps: parents[stage].map { Dep(path: "o\($0)/in", location: place) },
                    outs: [Out(path: "o\(stage)", location: place)], location: place)
            }
            let oracle = Oracle(parents: parents)
            guard !oracle.isCyclic else {
                #expect(throws: DefinitionError.self) { try Graph(Pipeline(stages: stages)) }
                continue
            }
            let graph = try Graph(Pipeline(stages: stages))
            #expect(try graph.order().map(\.name) == oracle.order(0..<count).map { "s\($0)" })
            for stage in 0..<count {
                let before = oracle.order([stage]).dropLast().map { "s\($0)" }
                #expect(graph.upstream(of: "s\(stage)") == before)
                let after = (0..<count).filter { $0 != stage && oracle.order([$0]).contains(stage) }
                #expect(Set(graph.downstream(of: "s\(stage)")) == Set(after.map { "s\($0)" }))
            }
        }
    }

    @Test func aChainOfTenThousandStagesIsNoProblem() throws {
        let stages = (0..<10_000).reversed().map { stage in
            Stage(
                name: "s\(stage)", action: .command(["x"]),
                deps: [Dep(path: "o/\(stage - 1)", location: place)],
                outs: [Out(path: "o/\(stage)", location: place)], location: place)
        }
        let order = try Graph(Pipeline(stages: Array(stages))).order()
        #expect(order.map(\.name) == (0..<10_000).map { "s\($0)" })
    }

    private let place = SourceLocation(file: "pipeline.yml", line: 1, column: 1)
}

/// The obvious recursive answers.
private struct Oracle {
    let parents: [[Int]]

    var isCyclic: Bool {
        func reaches(_ start: Int, _ goal: Int, _ seen: inout Set<Int>) -> Bool {
            for parent in parents[start] {
                if parent == goal { return true }
                if seen.insert(parent).inserted, reaches(parent, goal, &seen) { return true }
            }
            return false
        }
        return parents.indices.contains { stage in
            var seen: Set<Int> = []
            return reaches(stage, stage, &seen)
        }
    }

    func order(_ starts: some Sequence<Int>) -> [Int] {
        var order: [Int] = []
        func visit(_ stage: Int) {
            guard !order.contains(stage) else { return }
            parents[stage].forEach(visit)
            order.append(stage)
        }
        starts.forEach(visit)
        return order
    }
}
