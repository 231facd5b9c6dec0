import Testing

@testable import Pipelines

@Test func gatesSayWhatIsLookedAtAndWhatItHasToBe() throws {
    let pipeline = try Definition(
        """
        gates:
          accuracy: {file: m.json, metric: int8.accuracy, min: 0.8, desc: good enough}
          ratio: {file: m.json, metric: a, over: b, max: 0.5, required: false}
          other: {file: m.json, metric: a, over: {file: n.json, metric: c}, min: 1, max: 2}
          growth: {file: m.json, metric: bytes, against: "${base}", max: 1.05}
          proven: {predictions: p.jsonl, min: 0.8, alpha: 0.01}
          loss: {predictions: p.jsonl, against: main, margin: 1, power: 0.9}
          teacher: {predictions: p.jsonl, reference: q.jsonl}
          size: {path: package, max: 12MB}
          small: {path: package/a, min: 1, max: 2KiB}
          tests: {cmd: make test, timeout: 2m}
        """, params: "base: main\n"
    ).read()
    let gates = pipeline.gates
    func demand(_ name: String) -> Gate.Demand? { gates.first { $0.name == name }?.demand }
    #expect(
        demand("accuracy")
            == .number(
                .init(number: .init(file: "m.json", key: "int8.accuracy"), bounds: .init(min: 0.8)))
    )
    #expect(
        demand("ratio")
            == .number(
                .init(
                    number: .init(file: "m.json", key: "a"),
                    over: .init(file: "m.json", key: "b"), bounds: .init(max: 0.5))))
    #expect(
        demand("other")
            == .number(
                .init(
                    number: .init(file: "m.json", key: "a"),
                    over: .init(file: "n.json", key: "c"), bounds: .init(min: 1, max: 2))))
    #expect(
        demand("growth")
            == .number(
                .init(
                    number: .init(file: "m.json", key: "bytes"), against: "main",
                    bounds: .init(max: 1.05))))
    #expect(
        demand("proven")
            == .accuracy(.init(predictions: "p.jsonl", min: 0.8, alpha: 0.01, power: 0.8)))
    #expect(
        demand("loss")
            == .regression(
                .init(
                    predictions: "p.jsonl", against: "main", margin: 0.01, alpha: 0.05, power: 0.9))
    )
    #expect(
        demand("teacher")
            == .regression(
                .init(
                    predictions: "p.jsonl", reference: "q.jsonl", margin: 0.015, alpha: 0.05,
                    power: 0.8)))
    #expect(demand("size") == .size(.init(path: "package", bounds: .init(max: 12e6))))
    #expect(demand("small") == .size(.init(path: "package/a", bounds: .init(min: 1, max: 2048))))
    #expect(
        demand("tests")
            == .command(.init(command: "make test", folder: "", timeout: .seconds(120))))
    #expect(gates.map(\.isRequired) == gates.map { $0.name != "ratio" })
    #expect(gates[0].description == "good enough")
    #expect(gates[0].location == SourceLocation(file: "pipeline.yml", line: 2, column: 3))
    #expect(
        gates[3].places["against"] == SourceLocation(file: "pipeline.yml", line: 5, column: 50))
    #expect(gates.map(\.revision) == [nil, nil, nil, "main", nil, "main", nil, nil, nil, nil])
}

@Test(arguments: [
    ("a: 1", "gate 'a' has the wrong type", 6),
    ("a: {}", "gate 'a' looks at nothing", 3),
    ("a: {metrics: b}", "gate 'a' looks at nothing", 3),
    ("a: {metric: b, path: c}", "gate 'a' looks at more than one thing", 3),
    ("a: {metric: b, min: 1}", "gate 'a' does not say which file has the metric", 3),
    ("a: {file: m, metric: b}", "gate 'a' has no bound", 3),
    ("a: {file: m, metric: b, min: 2, max: 1}", "'max' of gate 'a' is below 'min'", 40),
    ("a: {file: m, metric: b, min: x}", "'min' of gate 'a' has the wrong type", 32),
    ("a: {file: m, metric: b, min: .nan}", "'min' of gate 'a' has the wrong type", 32),
    ("a: {file: ../m, metric: b, min: 1}", "file '../m' of gate 'a' leads outside the project", 13),
    ("a: {file: m, metric: b, min: 1, maxx: 2}", "unknown key 'maxx' in gate 'a'", 35),
    (
        "a: {file: m, metric: b, over: c, against: d, min: 1}",
        "gate 'a' has both 'over' and 'against'", 27
    ),
    ("a: {file: m, metric: b, over: {x: 1}, min: 1}", "'over' of gate 'a' has the wrong type", 33),
    ("a: {predictions: p}", "gate 'a' compares the predictions with nothing", 3),
    ("a: {predictions: p, min: 80}", "'min' of gate 'a' is no share", 28),
    (
        "a: {predictions: p, min: 0.8, against: m}",
        "gate 'a' has both a smallest accuracy and a comparison", 23
    ),
    ("a: {predictions: p, against: m, margin: 0}", "'margin' of gate 'a' is no loss", 43),
    ("a: {predictions: p, against: m, margin: 100}", "'margin' of gate 'a' is no loss", 43),
    ("a: {predictions: p, against: m, alpha: 0.5}", "'alpha' of gate 'a' is no chance", 42),
    ("a: {predictions: p, against: m, power: 0.05}", "'power' of gate 'a' is no chance", 42),
    ("a: {predictions: p, against: 3}", "'against' of gate 'a' has the wrong type", 32),
    ("a: {path: p, max: 12XB}", "'max' of gate 'a' is no amount of bytes", 21),
    ("a: {path: p, max: -1}", "'max' of gate 'a' is no amount of bytes", 21),
    ("a: {cmd: ' '}", "'cmd' of gate 'a' is empty", 12),
    ("a: {cmd: x, timeout: 0}", "'timeout' of gate 'a' leaves no time", 24),
    ("a: {cmd: x, required: 1}", "'required' of gate 'a' has the wrong type", 25),
    ("\"a\\nb\": {cmd: x}", "'a\\nb' is no name for a gate", 3),
])
func `a gate that makes no sense is an error at its place, on every load`(
    line: String, message: String, column: Int
) {
    let complaint = Definition("gates:\n  \(line)\n").complaint()
    #expect(
        complaint.hasPrefix("pipeline.yml:2:\(column): error: \(message)"), "\(complaint)")
    #expect(complaint.contains("^"), "\(complaint)")
}

@Test func gatesAreAMapAndUnknownToDVC() throws {
    #expect(Definition("gates: [a]").complaint().contains("'gates' has the wrong type"))
    #expect(try Definition("gates:").read().gates.isEmpty)
    #expect(
        Definition("gates: {a: {metirc: b, min: 1}}").complaint().contains("did you mean 'metric'?")
    )
    let reader = PipelineReader(file: "dvc.yaml", knownModules: nil, dialect: .dvc) { _ in nil }
    #expect(throws: DefinitionError.self) { try reader.read("gates: {a: {cmd: x}}") }
}

@Test func aGateOfAFileBelowTheRootHasItsPathsThere() throws {
    let files = [
        "pipeline.yml": "gates: {a: {cmd: x}}", "sub/pipeline.yml": "gates: {a: {path: p, max: 1}}",
    ]
    let reader = ProjectReader(
        knownModules: nil, text: { files[$0] },
        list: { folder in
            folder.isEmpty
                ? [
                    .init(name: "pipeline.yml", isFolder: false),
                    .init(name: "sub", isFolder: true),
                ]
                : [.init(name: "pipeline.yml", isFolder: false)]
        })
    let gates = try reader.read().pipeline.gates
    #expect(gates.map(\.name) == ["a", "sub/pipeline.yml:a"])
    #expect(gates.last?.demand == .size(.init(path: "sub/p", bounds: .init(max: 1))))
}
