import Engine
import Pipelines
import StageKit
import Testing

/// Random projects against an oracle that knows nothing of fingerprints: a stage's text is worked
/// out by recursion from the parameters.
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

    @Test(arguments: 1...12)
    func whatRunsIsExactlyWhatTheOracleHasNotSeen(seed: UInt64) async throws {
        var random = Random(state: seed)
        let count = Int.random(in: 2...7, using: &random)
        let parents = (0..<count).map { stage in
            (0..<stage).filter { _ in Bool.random(using: &random) }.prefix(3).map { $0 }
        }
        var oracle = Oracle(parents: parents, values: Array(repeating: 0, count: count))
        let test = try TestProject()
        for stage in 0..<count {
            test.stage(
                "s\(stage)", deps: parents[stage].map { "d\($0)/out" }, params: ["s\(stage).text"],
                outs: [test.out("d\(stage)/out")])
        }
        var seen = Set<[String]>()
        for _ in 0..<6 {
            let old = oracle
            oracle.values[Int.random(in: 0..<count, using: &random)] = Int.random(
                in: 0...2, using: &random)
            let yaml = oracle.values.enumerated().map { "s\($0): {text: '\($1)'}\n" }.joined()
            try test.write(yaml, to: "params.yaml")
            let edited = Int.random(in: 0..<count, using: &random)
            let edits = !seen.isEmpty && Bool.random(using: &random)
            if edits { try test.write("edited", to: "d\(edited)/out") }

            let summary = try await test.run()

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
                #expect(try test.read("d\(stage)/out") == oracle.text(stage))
                seen.insert(key)
            }
        }
    }
}
