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
