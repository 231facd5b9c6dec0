import Testing

@testable import Pipelines

private let params = """
    name: rocket
    train: {lr: 5e-5, epochs: 3, layers: [{size: 4}, {size: 8}], tied: true, best: false, nothing: null}
    files: [a.csv, b.csv]
    flags: {tied: true, best: false, opt: {lr: 0.1}, seeds: [1, 2], title: it's}
    keep: false
    """

private func stage(_ body: String) throws -> Stage {
    let pipeline = try Definition("stages:\n  s: {\(body)}\n", params: params).read()
    return try #require(pipeline.stages.first)
}

@Test(arguments: [
    ("plain", "plain"),
    ("m/${name}.bin", "m/rocket.bin"),
    ("${ name }-${train.epochs}", "rocket-3"),
    ("${train.lr}", "5e-05"),
    ("${train.layers[1].size} ${train.layers.0.size}", "8 4"),
    ("${train.tied} ${train.best}", "true false"),
    ("\\${HOME} $HOME $(x) {a}", "${HOME} $HOME $(x) {a}"),
    ("t ${flags}", "t --tied --opt.lr 0.1 --seeds 1 2 --title 'it'\"'\"'s'"),
])
func templatesInCommandsAreFilledIn(command: String, expected: String) throws {
    let pipeline = try Definition("stages:\n  s:\n    cmd: >-\n      \(command)\n", params: params)
        .read()
    #expect(pipeline.stages.first?.action == .command([expected]))
}

@Test func anExpressionAloneKeepsItsType() throws {
    let stage = try stage(
        "cmd: x, deps: \"${files}\", outs: [{\"${name}.bin\": {cache: \"${keep}\"}}]")
    #expect(stage.deps.map(\.path) == ["a.csv", "b.csv"])
    #expect(stage.outs.map(\.path) == ["rocket.bin"])
    #expect(stage.outs.map(\.cache) == [false])
}

@Test func descriptionsAreNotTemplates() throws {
    #expect(try stage("cmd: x, desc: \"costs ${5}\"").description == "costs ${5}")
}

@Test func commandsAreLinesOrLists() throws {
    let pipeline = try Definition(
        """
        stages:
          lines:
            cmd: |
              one *x

              two
          list: {cmd: ["one\\ntwo", three]}
        """
    ).read()
    #expect(
        pipeline.stages.map(\.action) == [
            .command(["one *x", "two"]), .command(["one\ntwo", "three"]),
        ])
}

@Test func theStagesOfAForeachHaveTheVarsOfItsBody() throws {
    let pipeline = try Definition(
        """
        stages:
          s:
            foreach: [a, b]
            do: {vars: [{mine: {word: here}}], cmd: "${mine.word} ${item}"}
        """
    ).read()
    #expect(pipeline.stages.map(\.action) == [.command(["here a"]), .command(["here b"])])
}

@Test func varsMergeMapsAndStagesMayHaveTheirOwn() throws {
    let pipeline = try Definition(
        """
        vars: [{train: {extra: 7}}, "more.json:a", params.yaml]
        stages:
          s: {vars: [{mine: here}], cmd: "${train.lr} ${train.extra} ${a} ${mine}"}
        """, files: ["params.yaml": "train: {lr: 1}", "more.json": "{\"a\": 2, \"train\": 3}"]
    ).read()
    #expect(pipeline.stages.first?.action == .command(["1 7 2 here"]))
    #expect(pipeline.templateFiles == ["params.yaml", "more.json"])
}

@Test func foreachMakesOneStageForEveryValue() throws {
    let pipeline = try Definition(
        """
        stages:
          list: {foreach: [us, 0.1, true], do: {cmd: "x ${item}", outs: ["${item}.bin"]}}
          maps: {foreach: [{a: 1}, {a: 2}], do: {cmd: "x ${item.a}"}}
          keys: {foreach: "${train}", do: {cmd: "x ${key} ${item.n}"}}
        """, params: "train: {small: {n: 1}, large: {n: 9}}"
    ).read()
    #expect(
        pipeline.stages.map(\.name) == [
            "list@us", "list@0.1", "list@true", "maps@0", "maps@1", "keys@small", "keys@large",
        ])
    #expect(pipeline.stages.last?.action == .command(["x large 9"]))
    #expect(pipeline.groups["keys"] == ["keys@small", "keys@large"])
    #expect(try Graph(pipeline).order(targets: ["maps"]).map(\.name) == ["maps@0", "maps@1"])
}

@Test func matrixMakesTheProductWithTheFirstKeySlowest() throws {
    let pipeline = try Definition(
        """
        stages:
          t:
            matrix: {model: [a, b], layers: [1, {n: 2}]}
            cmd: "t ${item.model} ${key}"
            outs: ["${key}.bin"]
        """
    ).read()
    #expect(pipeline.stages.map(\.name) == ["t@a-1", "t@a-layers1", "t@b-1", "t@b-layers1"])
    #expect(
        pipeline.stages.map(\.outs.first?.path) == [
            "a-1.bin", "a-layers1.bin", "b-1.bin", "b-layers1.bin",
        ])
    #expect(pipeline.stages.last?.action == .command(["t b b-layers1"]))
}
