import Compression
import Foundation
import Models
import ParamValues
import Pipelines
import PruneStage
import StageKit
import Testing
import Tokenizers

private func parameters(
    heads: Double = 0.5, neurons: Double = 0.5, iterations: Int = 1, sparsity: Double = 0.3,
    epochs: Int = 1, scope: String = "layer", end: Double = 0.7, seed: Int = 3,
    and more: [String: ParamValue] = [:]
) -> ParamValue {
    .map([
        "seed": .int(seed), "precision": .string("float32"),
        "prune": with(
            more,
            .map([
                "heads_kept": .double(heads), "neurons_kept": .double(neurons),
                "scope": .string(scope), "importance_rows": .int(20),
                "iterations": .int(iterations),
                "sparsity": .double(sparsity), "sparsity_scope": .string(scope),
                "schedule": .map(["start": .double(0.1), "end": .double(end), "every": .int(1)]),
                "recovery": .map([
                    "epochs": .int(epochs), "batch_size": .int(8), "learning_rate": .double(1e-2),
                    "weight_decay": .double(0.01), "warmup": .double(0.1), "clip": .double(1),
                    "temperature": .int(4), "alpha": .double(0.1),
                ]),
            ])),
    ])
}

/// A map with more keys.
private func with(_ more: [String: ParamValue], _ map: ParamValue) -> ParamValue {
    guard case .map(var members) = map else { return map }
    for (name, value) in more { members[name] = value }
    return .map(members)
}

private func world(labels: [String] = ["bad", "good"]) throws -> TinyWorld {
    let world = try TinyWorld()
    let tokenizer = try WordPieceTokenizer(folder: "\(world.prepared)/tokenizer")
    for (name, layers) in [("teacher", 3), ("student", 2)] {
        let model = try Classifier.initial(
            config: EncoderConfig(
                vocabularySize: tokenizer.vocabulary.count, hiddenSize: 16, headSize: 4,
                layers: Array(
                    repeating: LayerShape(heads: 4, intermediate: 32), count: layers),
                maximumPositions: 16),
            pooling: .mean, labels: labels, seed: 4)
        try Checkpoint.save(model, to: world.folder.file("models/\(name)"))
        try tokenizer.write(to: world.folder.file("models/\(name)"))
    }
    return world
}

private func run(
    _ world: TinyWorld, _ run: String, _ parameters: ParamValue, threads: Int = 1,
    log: EventLog = EventLog(), cancelled: @escaping @Sendable () -> Bool = { false }
) async throws {
    let context = try world.context(
        "prune", run: run, deps: ["data/prepared", "models/teacher", "models/student"],
        outs: ["models/pruned", "metrics/prune.json"], parameters: parameters, threads: threads,
        log: log, cancelled: cancelled)
    try await Prune().run(context)
}

@Test(arguments: [(1, "layer"), (2, "global")])
func pruneCutsUnitsAndWeightsAndCountsThem(iterations: Int, scope: String) async throws {
    let world = try world()
    let log = EventLog()
    try await run(
        world, "a", parameters(iterations: iterations, epochs: 4, scope: scope), log: log)
    let model = try SparseCheckpoint.load(world.folder.file("a/models/pruned"))
    #expect(model.config.layers.map(\.heads).reduce(0, +) == 4)
    #expect(model.config.layers.map(\.intermediate).reduce(0, +) == 32)
    let metrics = try world.metrics("a/metrics/prune.json")
    #expect(abs(try #require(metrics["sparsity"]) - 0.3) < 0.01)
    #expect(metrics["layer_1_heads"] == Double(model.config.layers[1].heads))
    #expect(metrics["valid_accuracy_before"] != nil)
    #expect(metrics["valid_accuracy_after_structure"] != nil)
    #expect(try #require(metrics["valid_accuracy"]) > 0.5)
    #expect(try #require(metrics["bytes"]) < (try #require(metrics["bytes_before"])))
    let zeros = MagnitudeMask(for: model.parameters, scope: .layer).names
        .reduce(0) { $0 + model.parameters[$1].values.count { $0 == 0 } }
    #expect(metrics["parameters"] == Double(model.parameterCount - zeros))
    #expect(log.points("prune.valid_accuracy").count == 4 * iterations)
    #expect(log.fractions == log.fractions.sorted())
}

@Test func pruneGivesEqualBytesOnAnyNumberOfThreads() async throws {
    let world = try world()
    try await run(world, "a", parameters())
    try await run(world, "b", parameters(), threads: 3)
    #expect(try world.files("a") == world.files("b"))
}

@Test func pruneWithoutRecoveryOrCutsReturnsTheStudent() async throws {
    let world = try world()
    try await run(world, "a", parameters(heads: 1, neurons: 1, sparsity: 0, epochs: 0))
    let student = try Checkpoint.load(world.folder.file("models/student"))
    let pruned = try SparseCheckpoint.load(world.folder.file("a/models/pruned"))
    #expect(pruned.parameters.buffer.values == student.parameters.buffer.values)
}

@Test func pruneStopsWhenAsked() async throws {
    let world = try world()
    await #expect(throws: CancellationError.self) {
        try await run(world, "a", parameters(), cancelled: { true })
    }
}

@Test func pruneRefusesModelsOfOtherLabels() async throws {
    let world = try world(labels: ["no", "yes"])
    await #expect(throws: CompressionError.self) { try await run(world, "a", parameters()) }
}

@Test(arguments: [1.5, -0.1, Double.nan]) func pruneNamesTheParameterOutOfRange(
    fraction: Double
) async throws {
    let world = try world()
    do {
        try await run(world, "a", parameters(heads: fraction))
        Issue.record("accepted")
    } catch let error as CompressionError {
        #expect(error.description.hasPrefix("'prune.heads_kept' is out of range"))
    }
}

@Test func pruneNamesTheScheduleThatEndsBeforeItStarts() async throws {
    let world = try world()
    let message = await message { try await run(world, "a", parameters(end: 0)) }
    #expect(message?.hasPrefix("'prune.schedule' is out of range\n") == true)
}

@Test func pruneTakesANegativeSeedAsTheStagesBeforeIt() async throws {
    let world = try world()
    try await run(world, "a", parameters(epochs: 0, seed: -5))
    _ = try SparseCheckpoint.load(world.folder.file("a/models/pruned"))
}

/// Numbers for pruning by movement.
private func movement(
    _ method: String, threshold: Double = 0.4, penalty: Double = 400, rate: Double = 0.05
) -> [String: ParamValue] {
    [
        "method": .string(method),
        "movement": .map([
            "learning_rate": .double(rate), "threshold": .double(threshold),
            "penalty": .double(penalty),
        ]),
    ]
}

@Test(arguments: ["layer", "global"]) func movementPrunesTheShareThatIsAskedFor(
    scope: String
) async throws {
    let world = try world()
    let wanted = parameters(
        heads: 1, neurons: 1, sparsity: 0.9, epochs: 4, scope: scope, and: movement("movement"))
    try await run(world, "a", wanted)
    try await run(world, "b", wanted, threads: 3)
    #expect(try world.files("a") == world.files("b"))
    let metrics = try world.metrics("a/metrics/prune.json")
    #expect(abs(try #require(metrics["sparsity"]) - 0.9) < 0.01)
    let dense = try #require(metrics["encoder_bytes_dense"])
    #expect(5 * (try #require(metrics["encoder_bytes"])) <= dense)
    // Not the weights that magnitude takes.
    let model = try SparseCheckpoint.load(world.folder.file("a/models/pruned"))
    try await run(
        world, "c", parameters(heads: 1, neurons: 1, sparsity: 0.9, epochs: 4, scope: scope))
    let other = try SparseCheckpoint.load(world.folder.file("c/models/pruned"))
    #expect(
        zip(model.parameters.buffer.values, other.parameters.buffer.values).contains {
            ($0 == 0) != ($1 == 0)
        })
}

@Test func softMovementPrunesByThresholdAndPenalty() async throws {
    let world = try world()
    func sparsity(_ name: String, penalty: Double) async throws -> Double {
        try await run(
            world, name,
            parameters(
                heads: 1, neurons: 1, epochs: 4, and: movement("soft_movement", penalty: penalty)))
        return try #require(try world.metrics("\(name)/metrics/prune.json")["sparsity"])
    }
    let little = try await sparsity("a", penalty: 0)
    let much = try await sparsity("b", penalty: 1e5)
    #expect(little < much && much > 0.5)
}

@Test func movementNeedsEpochsAndNumbersInRange() async throws {
    let world = try world()
    let epochs = await message {
        try await run(world, "a", parameters(epochs: 0, and: movement("movement")))
    }
    #expect(epochs?.hasPrefix("'prune.recovery.epochs' is out of range\n") == true)
    let threshold = await message {
        try await run(world, "a", parameters(and: movement("soft_movement", threshold: 0.5)))
    }
    #expect(threshold?.hasPrefix("'prune.movement.threshold' is out of range\n") == true)
    let rate = await message {
        try await run(world, "a", parameters(and: movement("movement", rate: 0)))
    }
    #expect(rate?.hasPrefix("'prune.movement.learning_rate' is out of range\n") == true)
    let penalty = await message {
        try await run(world, "a", parameters(and: movement("soft_movement", penalty: -1)))
    }
    #expect(penalty?.hasPrefix("'prune.movement.penalty' is out of range\n") == true)
    let method = await message {
        try await run(world, "a", parameters(and: ["method": .string("size")]))
    }
    #expect(method?.contains("magnitude, movement, soft_movement") == true)
}

@Test(arguments: [1, 2]) func aBudgetOfParametersBoundsTheModel(iterations: Int) async throws {
    let world = try world()
    let wanted: [String: ParamValue] = [
        "budget": .map(["parameters": .double(0.8)]), "importance": .string("taylor"),
    ]
    let all = parameters(iterations: iterations, sparsity: 0, and: wanted)
    try await run(world, "a", all)
    try await run(world, "b", all, threads: 3)
    #expect(try world.files("a") == world.files("b"))
    let metrics = try world.metrics("a/metrics/prune.json")
    let (before, after) = (
        try #require(metrics["parameters_before"]), try #require(metrics["parameters"])
    )
    #expect(after <= 0.8 * before && after > 0.5 * before)
    #expect(abs(try #require(metrics["cost"]) - after) < 0.01)
}

@Test func aBudgetOfTimeIsRepeatedFromItsTable() async throws {
    let world = try world()
    func wanted(_ milliseconds: Double, _ table: ParamValue) -> ParamValue {
        parameters(
            sparsity: 0, epochs: 0,
            and: [
                "budget": .map(["milliseconds": .double(milliseconds), "table": table]),
                "importance": .string("taylor"),
            ])
    }
    // Far more than the model takes: nothing goes, and the table is written.
    try await run(world, "a", wanted(1e6, .null))
    let path = "a/models/pruned/costs.json"
    let metrics = try world.metrics("a/metrics/prune.json")
    #expect(metrics["layer_0_heads"] == 4 && metrics["layer_1_neurons"] == 32)
    let measured = try JSONDecoder().decode(
        StructureCosts.self,
        from: Data(contentsOf: URL(fileURLWithPath: world.folder.file(path))))
    #expect(measured.heads.map(\.count) == [1, 2, 3, 4])
    #expect(measured.neurons.map(\.count) == [16, 32])
    // A table of round numbers: 2 layers of 4 heads and 32 neurons take 1 + 2 · (4 + 2) = 13.
    try world.folder.write(
        """
        {"fixed": 1, "heads": [{"count": 0, "cost": 0}, {"count": 4, "cost": 4}],
         "neurons": [{"count": 0, "cost": 0}, {"count": 32, "cost": 2}]}
        """, to: "costs.json")
    for name in ["b", "c"] {
        let context = try world.context(
            "prune", run: name,
            deps: ["data/prepared", "models/teacher", "models/student", "costs.json"],
            outs: ["models/pruned", "metrics/prune.json"],
            parameters: wanted(9, .string("costs.json")), threads: name == "b" ? 1 : 3)
        try await Prune().run(context)
    }
    #expect(try world.files("b") == world.files("c"))
    let found = try world.metrics("b/metrics/prune.json")
    let cost = try #require(found["cost"])
    #expect(cost <= 9 && cost > 8)
    // The table has to be a dep, and to be one.
    let stranger = await message { try await run(world, "d", wanted(9, .string("costs.json"))) }
    #expect(stranger?.contains("costs.json") == true)
}

@Test func wholeLayersGo() async throws {
    let world = try world()
    try await run(
        world, "a",
        parameters(and: ["layers_kept": .int(1), "importance": .string("taylor")]))
    let model = try SparseCheckpoint.load(world.folder.file("a/models/pruned"))
    #expect(model.config.layers.count == 1)
    #expect(model.config.layers[0].heads == 2 && model.config.layers[0].intermediate == 16)
    let many = await message {
        try await run(world, "b", parameters(and: ["layers_kept": .int(3)]))
    }
    #expect(many?.hasPrefix("'prune.layers_kept' is out of range\n") == true)
}

@Test func budgetsOutOfRangeAreNamed() async throws {
    let world = try world()
    func text(_ budget: [String: Double]) async -> String? {
        var members: [String: ParamValue] = [:]
        for (key, value) in budget { members[key] = .double(value) }
        let all = with(members, .map([:]))
        return await message { try await run(world, "a", parameters(and: ["budget": all])) }
    }
    #expect(await text(["parameters": 0])?.hasPrefix("'prune.budget.parameters' is") == true)
    #expect(await text(["milliseconds": -1])?.hasPrefix("'prune.budget.milliseconds' is") == true)
    let both = await text(["milliseconds": 1, "parameters": 1])
    #expect(both?.hasPrefix("'prune.budget' is out of range\n") == true)
    let small = await text(["parameters": 1e-6])
    #expect(small?.hasPrefix("budget and costs do not fit together\n") == true)
}
