import Engine
import Pipelines
import StageKit
import Testing

/// Random projects against an oracle that knows nothing of fingerprints and of other stages at work:
/// a stage's text is worked out by recursion from the parameters.
struct RandomGraphTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private struct Oracle {
        var parents: [[Int]]
        var values: [Int]

        func text(_ stage: Int) -> String {
            "\(values[stage]);"
                + parents[stage].map { "d\($0)/out=\(text($0));" }.sorted().joined()
        }
    }

    /// A random graph in two projects: one runs its stages in turn, the other side by side.
    private struct Twins {
        var oracle: Oracle
        let projects: [TestProject]

        init(_ random: inout Random) throws {
            let count = Int.random(in: 2...9, using: &random)
            let parents = (0..<count).map { stage in
                (0..<stage).filter { _ in Int.random(in: 0...2, using: &random) == 0 }
                    .prefix(3).map { $0 }
            }
            oracle = Oracle(parents: parents, values: Array(repeating: 0, count: count))
            projects = [try TestProject(), try TestProject()]
            projects[1].jobs =
                Bool.random(using: &random) ? nil : Int.random(in: 2...5, using: &random)
            let threads = Int.random(in: 1...4, using: &random)
            let limits = (0..<count).map { _ in
                (
                    threads: [nil, nil, 1, 2, 6].randomElement(using: &random) ?? nil,
                    mutex: [[], [], ["a"], ["b"], ["a", "b"]].randomElement(using: &random) ?? []
                )
            }
            for project in projects {
                project.threads = threads
                for stage in 0..<count {
                    project.stage(
                        "s\(stage)", deps: parents[stage].map { "d\($0)/out" },
                        params: ["s\(stage).text"], outs: [project.out("d\(stage)/out")])
                    project.stages[stage].resources.threads = limits[stage].threads
                    project.stages[stage].mutex = limits[stage].mutex
                }
            }
        }

        func write(_ text: String, to path: String) throws {
            for project in projects { try project.write(text, to: path) }
        }
    }

    @Test(arguments: 1...300)
    func whatRunsIsExactlyWhatTheOracleHasNotSeenInTurnAndSideBySide(seed: UInt64) async throws {
        var random = Random(state: seed)
        var twins = try Twins(&random)
        let count = twins.oracle.values.count
        var seen = Set<[String]>()
        for _ in 0..<4 {
            let old = twins.oracle
            twins.oracle.values[Int.random(in: 0..<count, using: &random)] = Int.random(
                in: 0...2, using: &random)
            let oracle = twins.oracle
            let yaml = oracle.values.enumerated().map { "s\($0): {text: '\($1)'}\n" }.joined()
            try twins.write(yaml, to: "params.yaml")
            let edited = Int.random(in: 0..<count, using: &random)
            let edits = !seen.isEmpty && Bool.random(using: &random)
            if edits { try twins.write("edited", to: "d\(edited)/out") }

            let summary = try await twins.projects[0].run()
            let beside = try await twins.projects[1].run()

            #expect(beside.items.map(\.stage) == summary.items.map(\.stage))
            #expect(beside.items.map(\.outcome) == summary.items.map(\.outcome), "seed \(seed)")
            #expect(beside.lockDigest == summary.lockDigest, "seed \(seed)")
            for stage in 0..<count {
                let key = ["s\(stage)", oracle.text(stage)]
                let expected: RunSummary.Outcome =
                    if !seen.contains(key) {
                        .ran
                    } else if old.text(stage) != oracle.text(stage) || edits && edited == stage {
                        .restored
                    } else {
                        .upToDate
                    }
                let item = summary.items.first { $0.stage == "s\(stage)" }
                #expect(item?.outcome == expected, "stage \(stage) of seed \(seed)")
                for project in twins.projects {
                    #expect(try project.read("d\(stage)/out") == oracle.text(stage))
                }
                seen.insert(key)
            }
        }
        let logs = twins.projects.map { $0.events.all.filter(\.isOfTheLog).map(\.label) }
        #expect(logs[0] == logs[1], "seed \(seed)")
    }

    @Test(arguments: 1...100)
    func afterFailuresTheSameStagesRanInTurnAndSideBySide(seed: UInt64) async throws {
        var random = Random(state: seed &* 7919)
        let twins = try Twins(&random)
        let (oracle, count) = (twins.oracle, twins.oracle.values.count)
        let bad = Set((0..<count).filter { _ in Int.random(in: 0...3, using: &random) == 0 })
        try twins.write((0..<count).map { "s\($0): {text: '0'}\n" }.joined(), to: "params.yaml")
        for project in twins.projects {
            for stage in bad { project.stages[stage].action = .command(["exit 3"]) }
        }
        var broken = Set<Int>()
        for stage in 0..<count
        where oracle.parents[stage].contains(where: { parent in
            bad.contains(parent) || broken.contains(parent)
        }) {
            broken.insert(stage)
        }
        for project in twins.projects {
            let summary = try await project.run(adjust: { $0.onFailure = .keepGoing })
            for item in summary.items {
                let stage = try #require(Int(item.stage.dropFirst()))
                let expected: RunSummary.Outcome =
                    broken.contains(stage) ? .notRun : bad.contains(stage) ? .failed : .ran
                #expect(item.outcome == expected, "stage \(stage) of seed \(seed)")
            }
            #expect(summary.items.count == count)
        }
        #expect(
            try twins.projects[0].project.graph.order().isEmpty
                || bad.union(broken).count == count
                || twins.projects[0].read(LockFile.name) == twins.projects[1].read(LockFile.name))
    }
}

extension RunEvent {
    /// Where a stage has been is only heard of the one whose turn it is.
    var isOfTheLog: Bool { if case .progress = self { false } else { true } }

    /// What happened to which stage, without times.
    var label: String {
        switch self {
        case .stageStarted: "\(stage) started"
        case .stageFinished: "\(stage) finished"
        case .restored: "\(stage) restored"
        case .skipped: "\(stage) skipped"
        case .failed: "\(stage) failed"
        case .notRun(_, let after): "\(stage) not run after \(after)"
        case .output(_, let bytes, _): "\(stage) \(String(decoding: bytes, as: UTF8.self))"
        case .fact(_, let name, let value): "\(stage) \(name) \(value)"
        case .progress, .point, .message, .interrupted, .retrying: "\(stage) says something"
        }
    }
}
