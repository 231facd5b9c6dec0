import Testing

@testable import Pipelines

@Test func everyKeyOfAStageIsRead() throws {
    let pipeline = try Definition(
        """
        stages:
          train:
            desc: trains
            run: distill
            wdir: sub/./x/..
            deps: [../data/, ./in, in]
            params: [lr, {../other.json: [a.b, c], whole.yaml: }]
            outs: [model, {weights: {persist: true, desc: big}}]
            metrics: [{m.json: {cache: false, volatile: true}}]
            plots: [{p.csv: {x: step, cache: false}}]
            env: [CUDA, CUDA]
            frozen: true
            always_changed: true
            meta: {anything: [1]}
        """
    ).read()
    let stage = try #require(pipeline.stages.first)
    #expect(stage.action == .module("distill"))
    #expect(stage.workingDirectory == "sub")
    #expect(stage.deps.map(\.path) == ["data", "sub/in"])
    #expect(
        stage.params.map(\.file) == [
            "sub/params.yaml", "other.json", "other.json", "sub/whole.yaml",
        ])
    #expect(stage.params.map(\.keys) == [["lr"], ["a.b"], ["c"], nil])
    #expect(stage.outs.map(\.path) == ["sub/model", "sub/weights", "sub/m.json", "sub/p.csv"])
    #expect(stage.outs.map(\.kind) == [.artifact, .artifact, .metric, .plot])
    #expect(stage.outs.map(\.persist) == [false, true, false, false])
    #expect(stage.outs.map(\.volatile) == [false, false, true, false])
    #expect(stage.outs.map(\.cache) == [true, true, false, false])
    #expect(stage.environment == ["CUDA"])
    #expect(stage.frozen && stage.alwaysChanged)
    #expect(stage.description == "trains")
    #expect(stage.location == SourceLocation(file: "pipeline.yml", line: 2, column: 3))
    #expect(stage.deps[0].location == SourceLocation(file: "pipeline.yml", line: 6, column: 12))
}

@Test func theTopLevelListsAreRead() throws {
    let pipeline = try Definition(
        """
        params: [extra.yaml]
        metrics: [summary.json]
        plots: [a.csv, {roc: {x: fpr}}]
        artifacts: {best: {path: model, type: model, labels: [a], desc: d}}
        stages: {s: {cmd: x, metrics: [m.json], params: [a]}}
        """
    ).read()
    #expect(pipeline.metricPaths == ["m.json", "summary.json"])
    #expect(pipeline.allParamsFiles == ["params.yaml", "extra.yaml"])
    #expect(pipeline.plots.map(\.name) == ["a.csv", "roc"])
    #expect(pipeline.artifacts.first?.path == "model")
}

@Test(arguments: ["", "# nothing\n", "stages:\n", "\u{FEFF}stages: {}\n", "---\nstages: {}\r\n"])
func anEmptyPipelineIsFine(text: String) throws {
    #expect(try Definition(text).read().stages.isEmpty)
}

@Test func anchorsAliasesAndMergesWork() throws {
    let pipeline = try Definition(
        """
        vars: [{k: &name train}]
        stages:
          *name :
            &base
            cmd: a * b
            deps: &deps [x, "*"]
          two: {<<: *base, cmd: b}
          three: {<<: [{outs: [o]}, *base], deps: *deps}
        """
    ).read()
    #expect(pipeline.stages.map(\.name) == ["train", "two", "three"])
    #expect(pipeline.stages.map(\.action) == ["a * b", "b", "a * b"].map { .command([$0]) })
    #expect(pipeline.stages.allSatisfy { $0.deps.map(\.path) == ["x", "*"] })
    #expect(pipeline.stages[2].outs.map(\.path) == ["o"])
}

@Test func hostileFilesAreRefused() {
    let laughs = (1...30).map { "- &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    #expect(
        Definition("vars:\n- &a0 [x]\n\(laughs)").complaint().contains(
            "aliases make the file too large"))
    let keys = "vars:\n- &a0 [x]\n- {? *a0 : 1}\n"
    #expect(Definition(keys).complaint().contains("a key has to be a single value"))
    let chain = (1...5000).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
    #expect(Definition("vars:\n- &a0 [x]\n\(chain)").complaint().contains("nested too deep"))
    for depth in [100, 20_000] {
        let flow = String(repeating: "[", count: depth)
        #expect(Definition("vars: \(flow)").complaint().contains("error: "))
        let closed = flow + String(repeating: "]", count: depth)
        #expect(Definition("vars: \(closed)").complaint().contains("error: "))
        let block = "vars:\n" + String(repeating: "- ", count: depth) + "x"
        #expect(Definition(block).complaint().contains("error: "))
    }
    #expect(Definition(String(repeating: "#", count: 1 << 21)).complaint().contains("too large"))
    let matrix = (0..<9).map { "k\($0): [1,2,3,4,5,6,7,8,9]" }.joined(separator: ", ")
    #expect(
        Definition("stages: {s: {matrix: {\(matrix)}, cmd: x}}").complaint().contains(
            "too many stages"))
}

@Test func manyMistakesAndUnusualLineEndsAreStillLocated() throws {
    let names = (0..<5_000).map { "${a\($0)}" }.joined(separator: " ")
    #expect(
        Definition("stages: {s: {cmd: \"\(names)\"}}").complaint().contains("'a0' is not defined"))
    let ends = Definition("# a\r# b\u{2028}# c\u{85}stages: {s: {cmd: \"${x}\"}}")
    #expect(ends.complaint().hasPrefix("pipeline.yml:4:20: error: 'x' is not defined"))
}

@Test func damagedFilesAreRefusedOrReadButNeverTrap() throws {
    let valid = """
        vars: [{a: &x 1}, params.yaml]
        stages:
          fetch: {cmd: "sh \\\\${x} ${a}", outs: [raw: {cache: false}]}
          train: {foreach: [1, 2], do: {run: distill, deps: [raw], params: [lr, p.json: [a.b]]}}
          grid: {matrix: {m: [a, *x]}, cmd: "x ${item.m}", deps: [raw], env: [HOME], frozen: true}
        artifacts: {m: {path: raw}}
        """
    let definition = Definition(valid, params: "lr: 5e-5\n")
    #expect(definition.complaint() == "")
    var random = SystemlessRandom(state: 7)
    let alphabet = Array(
        "[]{}:,\"'&*#|>-${}\\ \n\t<!?@%`~.0a/é\u{0}\r\u{2028}\u{85}\u{7F}\u{FEFF}\u{E000}")
    for _ in 0..<1500 {
        var text = Array(valid)
        for _ in 0...random.next(3) {
            let place = random.next(text.count)
            switch random.next(4) {
            case 0: text.remove(at: place)
            case 1: text.insert(alphabet[random.next(alphabet.count)], at: place)
            case 2: text[place] = alphabet[random.next(alphabet.count)]
            default:
                text.replaceSubrange(
                    place..<min(text.count, place + 20), with: text.prefix(random.next(30)))
            }
        }
        var damaged = definition
        damaged.text = String(text)
        #expect(!damaged.complaint().hasPrefix("another error"))
    }
}

/// A small generator, so that every run tries the same.
struct SystemlessRandom {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(1, bound)))
    }
}
