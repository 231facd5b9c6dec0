import FinetuneStage
import Models
import ParamValues
import Pipelines
import StageKit
import TestSupport
import Testing
import Tokenizers
import Training

private func run(
    _ world: TinyWorld, _ name: String, epochs: Int = 6, pooling: String = "mean",
    threads: Int = 1, log: EventLog = EventLog(),
    cancelled: @escaping @Sendable () -> Bool = { false }
) async throws {
    let parameters: ParamValue = .map([
        "seed": .int(3), "precision": .string("float32"),
        "encoder": .map(["path": .string("data/raw/encoder")]),
        "finetune": .map([
            "pooling": .string(pooling), "epochs": .int(epochs), "batch_size": .int(8),
            "learning_rate": .double(0.01), "weight_decay": .double(0.01),
            "warmup": .double(0.1), "clip": .int(1), "dropout": .double(0.1),
        ]),
    ])
    let context = try world.context(
        "finetune", run: name, deps: ["data/prepared", "data/raw/encoder"],
        outs: ["models/teacher", "metrics/finetune.json"], parameters: parameters,
        threads: threads, log: log, cancelled: cancelled)
    try await Finetune().run(context)
}

@Test func `fine-tuning writes a teacher that knows the labels, its tokenizer and metrics`()
    async throws
{
    let world = try TinyWorld()
    let log = EventLog()
    try await run(world, "a", log: log)

    let teacher = try Checkpoint.load(world.folder.file("a/models/teacher"))
    #expect(teacher.labels == ["bad", "good"])
    #expect(teacher.pooling == .mean)
    let tokenizer = try WordPieceTokenizer(folder: world.folder.file("a/models/teacher"))
    #expect(tokenizer.vocabulary.count == teacher.config.vocabularySize)

    let metrics = try world.metrics("a/metrics/finetune.json")
    #expect(metrics["valid_accuracy"] == 1)
    #expect(metrics["epochs"] == 6)
    #expect(metrics["parameters"] == Double(teacher.parameterCount))
    let accuracies = log.points("valid_accuracy")
    #expect(accuracies.count == 6)
    #expect(metrics["epoch_1_valid_accuracy"].map { abs($0 - accuracies[0]) < 1e-6 } == true)
    #expect(log.fractions == log.fractions.sorted() && log.fractions.last == 1)
    #expect(try world.files("a/models").keys.allSatisfy { $0.hasPrefix("teacher") })
}

@Test func `fine-tuning writes the same bytes at one thread and at two`() async throws {
    let world = try TinyWorld()
    try await run(world, "one", epochs: 2)
    try await run(world, "two", epochs: 2, threads: 2)
    #expect(try world.files("one") == world.files("two"))
}

@Test func `fine-tuning stops when asked to, and goes on from its checkpoint to the same bytes`()
    async throws
{
    let world = try TinyWorld()
    try await run(world, "whole", epochs: 3)
    let log = EventLog()
    await #expect(throws: CancellationError.self) {
        // Six steps an epoch: into the third epoch.
        try await run(
            world, "resumed", epochs: 3, log: log, cancelled: { log.fractions.count >= 16 })
    }
    #expect(try world.files("resumed").keys.contains { $0.hasPrefix("checkpoint/") })
    try await run(world, "resumed", epochs: 3)
    #expect(try world.files("resumed") == world.files("whole"))
}

@Test func `fine-tuning refuses poolings, recipes and encoders that do not fit`() async throws {
    let world = try TinyWorld()
    let first = await message { try await run(world, "a", pooling: "max") }
    #expect(first?.hasPrefix("finetune.pooling: out of range\n  expected: mean or cls\n") == true)
    await #expect(
        throws: TrainingError.invalidOption(
            name: "finetune.epochs", expected: "1…10000", found: "0")
    ) {
        try await run(world, "a", epochs: 0)
    }
    let narrow = try TinyWorld(maximumLength: 16, positions: 15)
    let second = await message { try await run(narrow, "a") }
    #expect(
        second?.hasPrefix("the prepared texts are longer than the encoder's positions\n") == true)
    let other = try TinyWorld()
    let encoder = other.folder.file("data/raw/encoder")
    var config = try Checkpoint.loadEncoder(
        encoder, labels: ["bad", "good"], pooling: .mean, seed: 1
    ).config
    config.vocabularySize += 1
    try Checkpoint.save(
        try Classifier.initial(
            config: config, pooling: .mean, labels: ["bad", "good"], seed: 1), to: encoder)
    let third = await message { try await run(other, "a") }
    #expect(third?.hasPrefix("\(encoder)/config.json: 'vocab_size' does not fit") == true)
}
