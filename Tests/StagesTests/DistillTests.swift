import DistillStage
import Models
import ParamValues
import Pipelines
import StageKit
import TestSupport
import Testing
import Tokenizers
import Training

/// A world with an untrained teacher in place.
private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    let encoder = try Checkpoint.loadEncoder(
        world.encoder, labels: ["bad", "good"], pooling: .mean, seed: 1)
    try Checkpoint.save(encoder, to: world.folder.file("models/teacher"))
    try WordPieceTokenizer(folder: "\(world.prepared)/tokenizer")
        .write(to: world.folder.file("models/teacher"))
    return world
}

private func run(
    _ world: TinyWorld, _ name: String, layers: [Int] = [0, 2], minimumCount: Int = 2,
    countUnlabelled: Bool = true, unlabelled: Bool = false, cosine: Double = 0, alpha: Double = 0.3,
    epochs: Int = 2, threads: Int = 1, log: EventLog = EventLog()
) async throws {
    let parameters: ParamValue = .map([
        "seed": .int(3), "precision": .string("float32"),
        "distill": .map([
            "layers": .list(layers.map { .int($0) }),
            "vocabulary": .map([
                "min_count": .int(minimumCount), "count_unlabelled": .bool(countUnlabelled),
            ]),
            "temperature": .int(4), "alpha": .double(alpha), "hidden_cosine": .double(cosine),
            "unlabelled": .bool(unlabelled), "epochs": .int(epochs), "batch_size": .int(8),
            "learning_rate": .double(0.01), "weight_decay": .double(0.01),
            "warmup": .double(0.1), "clip": .double(1),
        ]),
    ])
    let context = try world.context(
        "distill", run: name, deps: ["data/prepared", "models/teacher"],
        outs: ["models/student", "metrics/distill.json"], parameters: parameters,
        threads: threads, log: log)
    try await Distill().run(context)
}

@Test func `distilling writes a smaller student with a cut vocabulary`() async throws {
    let world = try world()
    let log = EventLog()
    try await run(world, "a", alpha: 0, epochs: 6, log: log)

    let student = try Checkpoint.load(world.folder.file("a/models/student"))
    let tokenizer = try WordPieceTokenizer(folder: world.folder.file("a/models/student"))
    #expect(student.config.layers.count == 2)
    #expect(student.maximumLength == 16)
    #expect(student.config.vocabularySize == tokenizer.vocabulary.count)
    // Five special tokens, 52 letters, nine words: 'odd' occurs once and is spelt by letters.
    #expect(tokenizer.vocabulary.count == 66)
    #expect(tokenizer.vocabulary.id(of: "odd") == nil)
    #expect(tokenizer.encode("odd film", maximumLength: nil).count == 6)

    let metrics = try world.metrics("a/metrics/distill.json")
    #expect(metrics["vocabulary"] == 66)
    #expect(metrics["parameters"] == Double(student.parameterCount))
    #expect(metrics["bytes"] == Double(4 * student.parameterCount))
    #expect(metrics["training_texts"] == 48)
    #expect(metrics["unknown_rate"] == 0)
    #expect(metrics["mean_length_change"].map { $0 > 0 } == true)
    #expect(metrics["valid_accuracy"] == 1, "labels alone teach it: alpha is 0")
    #expect(log.fractions == log.fractions.sorted() && log.fractions.last == 1)
    #expect(log.points("train_loss").count == 6)
}

@Test func `distilling writes the same bytes at one thread and at two`() async throws {
    let world = try world()
    try await run(world, "one", unlabelled: true, cosine: 0.5)
    try await run(world, "two", unlabelled: true, cosine: 0.5, threads: 2)
    #expect(try world.files("one") == world.files("two"))
}

@Test func `the hidden-state loss and the unlabelled texts take part when asked to`() async throws {
    let world = try world()
    try await run(world, "plain")
    try await run(world, "hidden", cosine: 0.5)
    try await run(world, "more", unlabelled: true)
    #expect(try world.metrics("more/metrics/distill.json")["training_texts"] == 60)
    let plain = try world.metrics("plain/metrics/distill.json")["epoch_1_train_loss"]
    let hidden = try world.metrics("hidden/metrics/distill.json")["epoch_1_train_loss"]
    #expect(plain != hidden)
}

@Test func `a student of the whole teacher agrees with it before it moves far`() async throws {
    let world = try world()
    try await run(world, "a", layers: [0, 1, 2], minimumCount: 0, alpha: 1, epochs: 1)
    let metrics = try world.metrics("a/metrics/distill.json")
    #expect(metrics["mean_length_change"] == 0)
    #expect(metrics["layers"] == 3)
}

@Test func `layers that the teacher lacks are named`() async throws {
    let world = try world()
    let first = await message { try await run(world, "a", layers: [0, 7]) }
    #expect(first == "distill.layers: layer 7 does not exist, the teacher has 3 (0…2)")
    let second = await message { try await run(world, "a", layers: []) }
    #expect(second?.hasPrefix("distill.layers: names no layer\n") == true)
    let third = await message { try await run(world, "a", minimumCount: -1) }
    #expect(third?.hasPrefix("distill.vocabulary.min_count: out of range\n") == true)
}
