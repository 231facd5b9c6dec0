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
        case .missingDataAreRestored:
            try define(dvc, own, "a: {cmd: 'cat data/a.txt > o', deps: [data/a.txt], outs: [o]}")
            for side in [dvc, own] { try side.apply([.track(["data/a.txt"])]) }
            _ = try both(dvc, own)
            for side in [dvc, own] { try side.apply([.remove("data/a.txt")]) }
            let effects = try both(dvc, own)
            #expect(!effects.dvc.succeeded && effects.own.succeeded)
            #expect(own.text("data/a.txt") == GeneratedProject.sources["data/a.txt"])
        case .unusedVarsAreShown:
            try write("more.yaml", "extra: {word: more, other: 2}\n", dvc, own)
            let text =
                "vars: [more.yaml]\nstages: {a: {cmd: 'echo ${extra.word} > o', outs: [o]}}\n"
            for side in [dvc, own] {
                try side.apply([.pipeline(text)])
                try side.git("init", "-q", "-b", "main")
                try side.git("add", "-A")
                try side.git("commit", "-q", "-m", "first")
                if side.kind == .dvc { try side.folder.write("", to: ".dvc/config") }
            }
            let answers = (
                try dvc.run(["params", "diff", "--all", "--json"]).out,
                try own.run(["params", "diff", "--all", "--json"]).out
            )
            #expect(answers.0.contains("extra.word") && !answers.0.contains("extra.other"))
            #expect(answers.1.contains("extra.word") && answers.1.contains("extra.other"))
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
