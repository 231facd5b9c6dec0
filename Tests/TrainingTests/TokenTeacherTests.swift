import Models
import TestSupport
import Tensors
import Testing

@testable import Training

private let words = 20

/// A teacher of width 8 with three layers, or a student of width 16 with two.
private func model(width: Int, layers: Int, seed: UInt64) throws -> Classifier {
    try .initial(
        config: EncoderConfig(
            vocabularySize: words, hiddenSize: width, headSize: 4,
            layers: Array(repeating: LayerShape(heads: width / 4, intermediate: 24), count: layers),
            maximumPositions: 8),
        pooling: .mean, labels: ["a", "b"], seed: seed)
}

/// Random texts without labels, with a teacher's token states to learn from.
private func examples(_ teacher: Classifier?, count: Int = 40) -> TrainingSet {
    var random = SeededGenerator(seed: 2, stream: "texts")
    let tokens = (0..<count).map { row in
        (0..<(2 + row % 5)).map { _ in Int32.random(in: 0..<Int32(words), using: &random) }
    }
    return TrainingSet(
        tokens: tokens, labels: tokens.map { Int32($0.count % 2) },
        tokenTeacher: teacher.map {
            TokenTeacher(
                model: $0, tokens: tokens.map { $0.map { (Int32(words) - 1) - $0 } },
                hidden: [0: 0, 1: 1, 2: 3], relationLayer: 2)
        })
}

private func options(mse: Double, relations: Double, epochs: Int = 3) -> TrainingOptions {
    TrainingOptions(
        learningRate: 1e-2, epochs: epochs, batchSize: 8, seed: 3, hiddenMSE: mse,
        relations: relations, relationHeads: 2)
}

private func train(
    _ student: Classifier, _ options: TrainingOptions, on set: TrainingSet, threads: Int = 1,
    progress: (TrainingProgress) throws -> Void = { _ in }
) throws -> TrainingReport {
    try Trainer(options: options, compute: try Compute(threads: threads)).train(
        student, on: set, validation: examples(nil), progress: progress)
}

private func bits(_ model: Classifier) -> [UInt32] {
    model.parameters.buffer.values.map(\.bitPattern)
}

@Test(arguments: [(1.0, 0.0), (0.0, 1.0)])
func `a student of another width learns a teacher's token states`(mse: Double, relations: Double)
    throws
{
    let teacher = try model(width: 8, layers: 3, seed: 7)
    for i in 0..<teacher.parameters.buffer.count { teacher.parameters.buffer[i] *= 8 }
    let set = examples(teacher)
    let student = try model(width: 16, layers: 2, seed: 1)
    let report = try train(student, options(mse: mse, relations: relations, epochs: 20), on: set)
    let without = try train(
        try model(width: 16, layers: 2, seed: 1), options(mse: 0, relations: 0, epochs: 20),
        on: set)
    let first = report.epochs[0].trainLoss - without.epochs[0].trainLoss
    let last = report.epochs[19].trainLoss - without.epochs[19].trainLoss
    #expect(first > 0)
    #expect(last < first / 2, "\(first) became \(last)")
}

@Test func `weights of 0 leave the bits as they are without a teacher`() throws {
    let set = examples(try model(width: 8, layers: 3, seed: 7))
    let (a, b, c) = (
        try model(width: 16, layers: 2, seed: 1), try model(width: 16, layers: 2, seed: 1),
        try model(width: 16, layers: 2, seed: 1)
    )
    let plain = try train(a, options(mse: 0, relations: 0), on: examples(nil))
    #expect(try train(b, options(mse: 0, relations: 0), on: set) == plain)
    #expect(bits(a) == bits(b))
    #expect(try train(c, options(mse: 0.5, relations: 0.5), on: set) != plain)
}

@Test(arguments: [2, 3])
func `token states are learned to the same bits at any number of threads`(threads: Int) throws {
    let set = examples(try model(width: 8, layers: 3, seed: 7))
    let (a, b) = (
        try model(width: 16, layers: 2, seed: 1), try model(width: 16, layers: 2, seed: 1)
    )
    let one = try train(a, options(mse: 0.5, relations: 0.5), on: set)
    #expect(try train(b, options(mse: 0.5, relations: 0.5), on: set, threads: threads) == one)
    #expect(bits(a) == bits(b))
}

@Test func `an interrupted run takes its projection along`() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    let set = examples(try model(width: 8, layers: 3, seed: 7))
    let whole = try model(width: 16, layers: 2, seed: 1)
    let expected = try train(whole, options(mse: 0.5, relations: 0.5), on: set)

    var recipe = options(mse: 0.5, relations: 0.5)
    recipe.checkpointFolder = folder.file("run")
    func interrupt() throws {
        let student = try model(width: 16, layers: 2, seed: 1)
        #expect(throws: Stop.self) {
            _ = try train(student, recipe, on: set) { if $0.step == 7 { throw Stop() } }
        }
    }
    func resume() throws -> (first: Int?, model: Classifier) {
        let student = try model(width: 16, layers: 2, seed: 1)
        var first: Int?
        let report = try train(student, recipe, on: set) { first = first ?? $0.step }
        #expect(report == expected)
        return (first, student)
    }
    try interrupt()
    let resumed = try resume()
    #expect(resumed.first == 6)
    #expect(bits(resumed.model) == bits(whole))

    try interrupt()
    try folder.write("damaged", to: "run/epoch-1/projection.safetensors")
    let again = try resume()
    #expect(again.first == 1, "a state without its projection is none")
    #expect(bits(again.model) == bits(whole))
}

@Test func `a teacher that does not fit is refused before training`() throws {
    let teacher = try model(width: 8, layers: 3, seed: 7)
    let student = try model(width: 16, layers: 2, seed: 1)
    let plain = examples(nil)
    func refused(
        tokens: [[Int32]]? = nil, hidden: [Int: Int] = [:], layer: Int? = nil, heads: Int = 2
    ) -> String? {
        var recipe = options(mse: 1, relations: 1)
        recipe.relationHeads = heads
        let set = TrainingSet(
            tokens: plain.tokens, labels: plain.labels,
            tokenTeacher: TokenTeacher(
                model: teacher, tokens: tokens ?? plain.tokens, hidden: hidden,
                relationLayer: layer))
        let failure = #expect(throws: TrainingError.self) {
            _ = try train(student, recipe, on: set)
        }
        return failure?.description
    }
    #expect(refused(tokens: [])?.hasPrefix("the teacher's texts do not fit") == true)
    #expect(
        refused(tokens: plain.tokens.map { $0 + [1] })?.hasPrefix("the teacher's tokens do not")
            == true)
    #expect(refused(hidden: [3: 1])?.contains("names layer 3") == true)
    #expect(refused(hidden: [1: 4])?.hasPrefix("hidden state 4 does not exist") == true)
    #expect(refused(layer: 3)?.hasPrefix("layer 3 does not exist") == true)
    #expect(refused(layer: 2, heads: 3)?.contains("a divisor of the attention's width") == true)
}
