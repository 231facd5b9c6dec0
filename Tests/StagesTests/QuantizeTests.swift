import Compression
import Foundation
import Models
import ParamValues
import Pipelines
import QuantizeStage
import StageKit
import Testing
import Tokenizers

private func parameters(
    bits: Int = 8, group: Int = 8, and more: [String: ParamValue] = [:]
) -> ParamValue {
    let least: ParamValue = .map([
        "embedding_bits": .int(bits), "embedding_group": .int(group),
    ])
    guard case .map(var members) = least else { return least }
    for (name, value) in more { members[name] = value }
    return .map(["quantize": .map(members)])
}

private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    let vocabulary = try WordPieceTokenizer(folder: "\(world.prepared)/tokenizer")
    let model = try Classifier.initial(
        config: EncoderConfig(
            vocabularySize: vocabulary.vocabulary.count, hiddenSize: 16, headSize: 4,
            layers: [LayerShape(heads: 2, intermediate: 16)], maximumPositions: 16),
        pooling: .mean, labels: ["bad", "good"], seed: 4)
    try SparseCheckpoint.save(model, to: world.folder.file("models/pruned"))
    try vocabulary.write(to: world.folder.file("models/pruned"))
    return world
}

private func run(_ world: TinyWorld, _ run: String, _ parameters: ParamValue, threads: Int = 1)
    async throws
{
    let context = try world.context(
        "quantize", run: run, deps: ["data/prepared", "models/pruned"],
        outs: ["models/int8", "metrics/quantize.json"], parameters: parameters, threads: threads)
    try await Quantize().run(context)
}

@Test(arguments: [8, 4]) func quantizeWritesAModelThatAgreesAndItsNumbers(bits: Int) async throws {
    let world = try world()
    try await run(world, "a", parameters(bits: bits))
    let metrics = try world.metrics("a/metrics/quantize.json")
    #expect(try #require(metrics["valid_label_agreement"]) >= 0.8)
    #expect(try #require(metrics["size_ratio"]) > 1)
    #expect(try #require(metrics["weight_error_1"]) > 0)
    #expect(metrics["valid_accuracy"] != nil && metrics["logit_difference_max"] != nil)
    let folder = world.folder.file("a/models/int8")
    let model = try QuantizedClassifier.load(folder)
    #expect(model.options.embeddingBits == bits)
    let tokenizer = try WordPieceTokenizer(folder: folder)
    #expect(tokenizer.vocabulary.count == model.config.vocabularySize)
    let size = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/model.safetensors")).count
    #expect(metrics["bytes"] == Double(size))
}

@Test func weightsOfFourBitsAgree() async throws {
    let world = try world()
    try await run(
        world, "a", parameters(and: ["weight_bits": .int(4), "weight_group": .int(16)]))
    let metrics = try world.metrics("a/metrics/quantize.json")
    #expect(try #require(metrics["valid_label_agreement"]) >= 0.7)
    #expect(try #require(metrics["weight_error_1"]) > 0.02)
    let model = try QuantizedClassifier.load(world.folder.file("a/models/int8"))
    #expect(model.options.weightBits == 4 && model.options.weightGroup == 16)
}

@Test func compensatedRoundingReadsTrainingRowsAndIsDeterministic() async throws {
    let world = try world()
    let wanted: [String: ParamValue] = [
        "weight_bits": .int(4), "weight_group": .int(8), "rounding": .string("gptq"),
        "rounding_rows": .int(20),
    ]
    try await run(world, "a", parameters(and: wanted))
    try await run(world, "b", parameters(and: wanted), threads: 3)
    #expect(try world.files("a") == world.files("b"))
    let metrics = try world.metrics("a/metrics/quantize.json")
    #expect(try #require(metrics["valid_label_agreement"]) >= 0.7)
    let nearest = wanted.merging(["rounding": .string("nearest")]) { $1 }
    try await run(world, "c", parameters(and: nearest))
    #expect(try world.files("a") != world.files("c"))
}

@Test func compensatedRoundingNeedsFourBitsAndRows() async throws {
    let world = try world()
    let eight = await message {
        try await run(world, "a", parameters(and: ["rounding": .string("gptq")]))
    }
    #expect(eight?.hasPrefix("'quantize.rounding' is out of range\n") == true)
    let none = await message {
        try await run(world, "a", parameters(and: ["rounding_rows": .int(0)]))
    }
    #expect(none?.hasPrefix("'quantize.rounding_rows' is out of range\n") == true)
}

@Test func quantizeGivesEqualBytesOnAnyNumberOfThreads() async throws {
    let world = try world()
    try await run(world, "a", parameters())
    try await run(world, "b", parameters(), threads: 3)
    #expect(try world.files("a") == world.files("b"))
}

@Test func quantizeRefusesOptionsOutOfRange() async throws {
    let world = try world()
    let bits = await message { try await run(world, "a", parameters(bits: 5)) }
    #expect(bits?.hasPrefix("'quantize.embedding_bits' is out of range\n") == true)
    let odd = await message {
        try await run(world, "a", parameters(and: ["weight_group": .int(7)]))
    }
    #expect(odd?.hasPrefix("'quantize.weight_group' is out of range\n") == true)
}

/// A recipe for training for integers.
private func recipe(epochs: Int = 2, steps: Double = 1e-2, dropout: Double = 0) -> ParamValue {
    .map([
        "epochs": .int(epochs), "batch_size": .int(8), "learning_rate": .double(1e-2),
        "step_learning_rate": .double(steps), "weight_decay": .double(0.01),
        "warmup": .double(0.1), "clip": .double(1), "dropout": .double(dropout),
        "temperature": .int(4), "alpha": .double(0.05), "seed": .int(3),
    ])
}

@Test(arguments: [8, 4]) func trainingForIntegersIsDeterministicAndLearns(bits: Int) async throws {
    let world = try world()
    var wanted: [String: ParamValue] = [
        "method": .string("qat"), "qat": recipe(epochs: 10), "weight_bits": .int(bits),
        "weight_group": .int(8),
    ]
    try await run(world, "a", parameters(and: wanted))
    try await run(world, "b", parameters(and: wanted), threads: 3)
    #expect(try world.files("a") == world.files("b"))
    let metrics = try world.metrics("a/metrics/quantize.json")
    // The float model was never trained: what is learned comes from the labels.
    #expect(
        try #require(metrics["valid_accuracy"]) > (try #require(metrics["valid_accuracy_before"])))
    wanted["method"] = .string("dynamic")
    try await run(world, "c", parameters(and: wanted))
    let plain = try QuantizedClassifier.load(world.folder.file("c/models/int8"))
    let trained = try QuantizedClassifier.load(world.folder.file("a/models/int8"))
    let name = "bert.encoder.layer.0.intermediate.dense.weight"
    #expect(try plain.integers(name).scales != trained.integers(name).scales, "steps moved")
    #expect(plain.config == trained.config)
}

@Test func trainingForIntegersBeginsAtTheRoundedModel() async throws {
    let world = try world()
    try await run(
        world, "a",
        parameters(and: [
            "method": .string("qat"), "qat": recipe(epochs: 1), "weight_bits": .int(4),
            "weight_group": .int(8), "rounding": .string("gptq"), "rounding_rows": .int(20),
        ]))
    let model = try QuantizedClassifier.load(world.folder.file("a/models/int8"))
    #expect(model.options.weightBits == 4)
}

@Test func aBudgetIsMetAndItsTableIsWritten() async throws {
    let world = try world()
    try await run(world, "a", parameters())
    let most = try #require(try world.metrics("a/metrics/quantize.json")["bytes"])
    let budget = Int(most) - 250
    try await run(
        world, "b", parameters(and: ["budget_bytes": .int(budget), "weight_group": .int(8)]))
    try await run(
        world, "c", parameters(and: ["budget_bytes": .int(budget), "weight_group": .int(8)]),
        threads: 3)
    #expect(try world.files("b") == world.files("c"))
    let metrics = try world.metrics("b/metrics/quantize.json")
    #expect(Int(try #require(metrics["bytes"])) <= budget)
    #expect(metrics["sensitivity.baseline"] != nil)
    let bits = metrics.filter { $0.key.hasPrefix("sensitivity.") && $0.key.hasSuffix(".bits") }
    #expect(bits.count == 7 && Set(bits.values) == [4, 8])
    let model = try QuantizedClassifier.load(world.folder.file("b/models/int8"))
    for (key, value) in bits {
        let name = String(key.dropFirst("sensitivity.".count).dropLast(".bits".count))
        let found =
            name.contains("word_embeddings")
            ? model.options.embeddingBits
            : model.options.eightBitMatrices.contains(name) ? 8 : model.options.weightBits
        #expect(Double(found) == value, "\(name)")
    }
    // A budget that the plain model meets changes nothing.
    try await run(world, "d", parameters(and: ["budget_bytes": .int(Int(most))]))
    #expect(try world.files("d/models") == world.files("a/models"))
}

@Test func budgetsAndRecipesOutOfRangeAreNamed() async throws {
    let world = try world()
    let small = await message {
        try await run(
            world, "a", parameters(and: ["budget_bytes": .int(100), "weight_group": .int(8)]))
    }
    #expect(small?.hasPrefix("'quantize.budget_bytes' is out of range\n") == true)
    #expect(small?.contains("or more: the model with every matrix at its smallest") == true)
    let both = await message {
        try await run(
            world, "a", parameters(and: ["budget_bytes": .int(9_000), "weight_bits": .int(4)]))
    }
    #expect(both?.hasPrefix("'quantize.weight_bits' is out of range\n") == true)
    let steps = await message {
        try await run(world, "a", parameters(and: ["qat": recipe(steps: 1)]))
    }
    #expect(steps?.hasPrefix("'quantize.qat.step_learning_rate' is out of range\n") == true)
    let dropout = await message {
        try await run(world, "a", parameters(and: ["qat": recipe(dropout: 1)]))
    }
    #expect(dropout?.hasPrefix("'quantize.qat.dropout' is out of range\n") == true)
    let epochs = await message {
        try await run(world, "a", parameters(and: ["qat": recipe(epochs: 0)]))
    }
    #expect(epochs?.contains("quantize.qat.epochs") == true)
    let method = await message {
        try await run(world, "a", parameters(and: ["method": .string("lsq")]))
    }
    #expect(method?.contains("dynamic, qat") == true)
}
