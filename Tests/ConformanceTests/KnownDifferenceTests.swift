import TestSupport
import Testing

/// Every difference from DVC that the suite knows is really there: on both sides.
@Suite(.enabled(if: Peer.isWanted, "DVC is not installed; 'scripts/peer-dvc.sh' does that"))
struct KnownDifferenceTests {
    @Test(arguments: KnownDifference.allCases)
    func bothSidesDoWhatTheListSays(difference: KnownDifference) throws {
        try DVCPool.use { driver in
            let dvc = try Side(.dvc, driver: driver)
            let own = try Side(.native)
            for (path, text) in GeneratedProject.sources { try write(path, text, dvc, own) }
            try write("params.yaml", GeneratedProject.params, dvc, own)
            try check(difference, dvc, own)
        }
    }

    private func check(_ difference: KnownDifference, _ dvc: Side, _ own: Side) throws {
        switch difference {
        case .definitionFirst:
            try define(
                dvc, own, "a: {cmd: 'echo a >> \"$RAN\"', always_changed: true}",
                "b: {cmd: 'echo b', deps: [absent.txt]}")
            let effects = try both(dvc, own)
            #expect(!effects.dvc.succeeded && effects.dvc.executed == ["a"])
            #expect(!effects.own.succeeded && effects.own.executed == [])
        case .frozenIsMade:
            try define(
                dvc, own, "a: {cmd: 'echo 1 > o', deps: [data/a.txt], outs: [o], frozen: true}")
            let effects = try both(dvc, own)
            #expect(!effects.dvc.succeeded && effects.own.succeeded)
        case .recordedIsRestored:
            try define(dvc, own, "a: {cmd: 'echo a >> \"$RAN\"; echo 1 > o', outs: [o]}")
            _ = try both(dvc, own)
            for side in [dvc, own] { try side.apply([.remove("o")]) }
            let effects = try both(dvc, own)
            #expect(effects.dvc.executed == ["a"] && effects.own.executed == [])
            #expect(effects.own.outcomes == ["a": "restored"])
        case .descriptionIsPlain:
            try define(dvc, own, "a: {cmd: 'echo 1 > o', outs: [o], desc: 'makes ${nothing}'}")
            let effects = try both(dvc, own)
            #expect(!effects.dvc.succeeded && effects.own.succeeded)
        case .removedDepRuns:
            let command = "cmd: 'echo a >> \"$RAN\"; echo 1 > o', outs: [o]"
            try define(dvc, own, "a: {\(command), deps: [data/a.txt, data/b.txt]}")
            _ = try both(dvc, own)
            try define(dvc, own, "a: {\(command), deps: [data/a.txt]}")
            let effects = try both(dvc, own)
            #expect(effects.dvc.executed == [] && effects.own.executed == ["a"])
        case .listedFromRoot:
            try define(dvc, own, "a: {wdir: w, cmd: 'echo 1 > o', outs: [o]}")
            #expect(try dvc.run(["stage", "list"]).out == "a  Outputs o\n")
            #expect(try own.run(["stage", "list"]).out == "a  Outputs w/o\n")
        case .lockIsNotFolded:
            let words = Array(repeating: "word", count: 30).joined(separator: " ")
            let shared = try Side(.shared, driver: dvc.driver)
            let text = "stages:\n  a: {cmd: 'echo \(words) > o', outs: [o]}\n"
            for side in [dvc, shared] {
                try side.apply([.pipeline(text)])
                #expect(try side.repro([]).effect.succeeded)
            }
            #expect(try dvc.lock() == shared.lock())
            #expect(!dvc.text("dvc.lock").contains(words))
            #expect(shared.text("dvc.lock").contains(words))
        case .bracketsInKeys:
            try define(dvc, own, "a: {cmd: 'echo 1 > o', outs: [o], params: ['train.sizes[1]']}")
            let effects = try both(dvc, own)
            #expect(!effects.dvc.succeeded && effects.own.succeeded)
        }
    }

    private func define(_ dvc: Side, _ own: Side, _ stages: String...) throws {
        let text = "stages:\n" + stages.map { "  \($0)\n" }.joined()
        for side in [dvc, own] { try side.apply([.pipeline(text)]) }
    }

    private func write(_ path: String, _ text: String, _ sides: Side...) throws {
        for side in sides { try side.apply([.write(path, text)]) }
    }

    private func both(_ dvc: Side, _ own: Side) throws -> (dvc: Side.Effect, own: Side.Effect) {
        (try dvc.repro([]).effect, try own.repro([]).effect)
    }
}
