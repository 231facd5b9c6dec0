import Models
import ParamValues
import Pipelines
import StageKit
import TestSupport
import Testing
import Tokenizers
import Training

@testable import DistillStage

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
    epochs: Int = 2, threads: Int = 1, more: [String: ParamValue] = [:],
    teachers: [String] = [], log: EventLog = EventLog()
) async throws {
    var distill: ParamValue = .map([
        "layers": .list(layers.map { .int($0) }),
        "vocabulary": .map([
            "min_count": .int(minimumCount), "count_unlabelled": .bool(countUnlabelled),
        ]),
        "temperature": .int(4), "alpha": .double(alpha), "hidden_cosine": .double(cosine),
        "unlabelled": .bool(unlabelled), "epochs": .int(epochs), "batch_size": .int(8),
        "learning_rate": .double(0.01), "weight_decay": .double(0.01),
        "warmup": .double(0.1), "clip": .double(1),
    ])
    if case .map(var keys) = distill {
        for (key, value) in more { keys[key] = value }
        distill = .map(keys)
    }
    let parameters: ParamValue = .map([
        "seed": .int(3), "precision": .string("float32"), "distill": distill,
    ])
    let context = try world.context(
        "distill", run: name, deps: ["data/prepared", "models/teacher"] + teachers,
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

private func mse(_ weight: Double, layers: ParamValue = .string("start")) -> [String: ParamValue] {
    [
        "hidden_mse": .map([
            "weight": .double(weight), "layers": layers, "embeddings": .bool(true),
        ])
    ]
}

private func relations(
    _ weight: Double, layer: ParamValue = .null, heads: Int = 4
) -> [String: ParamValue] {
    ["relations": .map(["weight": .double(weight), "layer": layer, "heads": .int(heads)])]
}

@Test func `token states take part when asked to, and nothing changes at weight 0`() async throws {
    let world = try world()
    try await run(world, "plain")
    let nothing = mse(0).merging(relations(0)) { $1 }
        .merging(["teachers": .list([]), "average": .string("probabilities")]) { $1 }
    try await run(world, "nothing", more: nothing)
    #expect(try world.files("nothing") == world.files("plain"))

    let all = mse(0.5).merging(relations(0.5)) { $1 }
    try await run(world, "one", unlabelled: true, cosine: 0.5, more: all)
    try await run(world, "two", unlabelled: true, cosine: 0.5, threads: 2, more: all)
    #expect(try world.files("one") == world.files("two"))

    var losses: Set<Double?> = []
    for (name, more) in [
        ("none", [:]), ("start", mse(0.5)), ("uniform", mse(0.5, layers: .string("uniform"))),
        ("listed", mse(0.5, layers: .list([.int(2), .int(0)]))), ("last", relations(0.5)),
        ("first", relations(0.5, layer: .int(0))), ("heads", relations(0.5, heads: 2)),
    ] {
        try await run(world, name, epochs: 1, more: more)
        losses.insert(try world.metrics("\(name)/metrics/distill.json")["epoch_1_train_loss"])
    }
    #expect(losses.count == 7, "each says something else: \(losses)")
}

@Test func `a uniform map spreads the student's layers over the teacher's`() throws {
    let targets = HiddenTargets(weight: 1, layers: .named("uniform"), embeddings: true)
    #expect(try targets.pairs(start: [0, 1], teacher: 6) == [0: 0, 1: 3, 2: 6])
    #expect(
        try targets.pairs(start: [0, 1, 3, 5], teacher: 6) == [0: 0, 1: 2, 2: 3, 3: 5, 4: 6])
    let start = HiddenTargets(weight: 1, layers: .named("start"), embeddings: false)
    #expect(try start.pairs(start: [0, 1, 3, 5], teacher: 6) == [1: 1, 2: 2, 3: 4, 4: 6])
}

@Test func `several teachers are averaged`() async throws {
    let world = try world()
    for (name, seed) in [("teacher-2", UInt64(2)), ("teacher-3", 3)] {
        let other = try Checkpoint.loadEncoder(
            world.encoder, labels: ["bad", "good"], pooling: .mean, seed: seed)
        // Far enough from the first for logits and probabilities to differ.
        let head = other.parameters["classifier.weight"]
        for i in 0..<head.count { head[i] *= 100 }
        try Checkpoint.save(other, to: world.folder.file("models/\(name)"))
        try WordPieceTokenizer(folder: "\(world.prepared)/tokenizer")
            .write(to: world.folder.file("models/\(name)"))
    }
    let paths = ["models/teacher-2", "models/teacher-3"]
    func run(_ name: String, _ count: Int, average: String = "logits") async throws -> Double? {
        try await StagesTests.run(
            world, name, alpha: 1, epochs: 1,
            more: [
                "teachers": .list(paths.prefix(count).map { .string($0) }),
                "average": .string(average),
            ], teachers: paths)
        return try world.metrics("\(name)/metrics/distill.json")["epoch_1_train_loss"]
    }
    var losses: Set<Double?> = []
    for count in 0...2 { losses.insert(try await run("of-\(count)", count)) }
    losses.insert(try await run("shares", 2, average: "probabilities"))
    #expect(losses.count == 4, "\(losses)")
}

@Test func `teachers and layers of token states that do not fit are named`() async throws {
    let world = try world()
    func failure(_ more: [String: ParamValue]) async -> String? {
        await message { try await run(world, "a", more: more) }
    }
    #expect(
        await failure(["teachers": .list([.string("models/other")])])?
            .hasPrefix("stage 'distill' declares no dep named 'models/other'\n") == true)
    #expect(
        await failure(["teachers": .list([.string("models/teacher")])])
            == "distill.teachers: 'models/teacher' is named twice, or is the first teacher")
    #expect(
        await failure(mse(1, layers: .string("all")))?
            .hasPrefix("distill.hidden_mse.layers: not known\n") == true)
    #expect(
        await failure(mse(1, layers: .list([.int(1)])))?
            .hasPrefix("distill.hidden_mse.layers: not one for each layer of the student\n") == true
    )
    #expect(
        await failure(mse(1, layers: .list([.int(1), .int(3)])))
            == "distill.hidden_mse.layers: layer 3 does not exist, the teacher has 3 (0…2)")
    #expect(await failure(mse(-1))?.contains("'distill.hidden_mse.weight' is out of range") == true)
    #expect(
        await failure(relations(1, layer: .int(3)))
            == "distill.relations.layer: layer 3 does not exist, the teacher has 3 (0…2)")
    #expect(
        await failure(relations(1, heads: 3))
            == """
            distill.relations.heads: does not divide the attention's width
              expected: a divisor of 16
              found:    3
            """)
    #expect(await failure(relations(1, heads: 0))?.contains("'distill.relations.heads'") == true)
}

@Test func `a narrower student learns, and is written as one`() async throws {
    let world = try world()
    try await run(world, "a", alpha: 0, epochs: 10, more: ["width": .int(10)])
    let student = try Checkpoint.load(world.folder.file("a/models/student"))
    #expect(student.config.hiddenSize == 10)
    #expect(student.config.layers.map(\.heads) == [4, 4] && student.config.headSize == 4)
    let metrics = try world.metrics("a/metrics/distill.json")
    #expect(metrics["width"] == 10)
    #expect(metrics["valid_accuracy"] == 1)

    let all = mse(0.5).merging(relations(0.5)) { $1 }.merging(["width": .int(10)]) { $1 }
    try await run(world, "one", more: all)
    try await run(world, "two", threads: 2, more: all)
    #expect(try world.files("one") == world.files("two"))

    try await run(world, "whole", more: ["width": .int(16)])
    try await run(world, "plain")
    #expect(try world.files("whole") == world.files("plain"), "all channels are no cut")
    for width in [0, 17] {
        let failure = await message { try await run(world, "b", more: ["width": .int(width)]) }
        #expect(failure?.hasPrefix("distill.width: out of range\n") == true)
    }
    let failure = await message {
        try await run(world, "b", cosine: 0.5, more: ["width": .int(10)])
    }
    #expect(failure?.hasPrefix("distill.hidden_cosine: needs a student of the") == true)
}
