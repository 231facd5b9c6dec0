import Foundation
import Models
import Tensors
import TestSupport
import Testing

@testable import Training

/// Sentences of random pieces; the class is whether piece 7 or piece 8 is among them.
private func examples(_ count: Int, seed: UInt64, unlabelled: Bool = false) -> TrainingSet {
    var random = SeededGenerator(seed: seed, stream: "examples")
    var tokens: [[Int32]] = []
    var labels: [Int32] = []
    for row in 0..<count {
        let label = Int32(row % 2)
        var ids = (0..<(2 + row % 5)).map { _ in Int32.random(in: 9..<20, using: &random) }
        ids[Int.random(in: 0..<ids.count, using: &random)] = 7 + label
        tokens.append([1] + ids + [2])
        labels.append(unlabelled && row % 3 == 0 ? -1 : label)
    }
    return TrainingSet(tokens: tokens, labels: labels)
}

private func model(seed: UInt64 = 1) throws -> Classifier {
    try .initial(
        config: EncoderConfig(
            vocabularySize: 20, hiddenSize: 16, headSize: 4,
            layers: Array(repeating: LayerShape(heads: 4, intermediate: 32), count: 2),
            maximumPositions: 12),
        pooling: .mean, labels: ["seven", "eight"], seed: seed)
}

private func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions(learningRate: 1e-2, epochs: 4, batchSize: 8, seed: 3)
    change(&options)
    return options
}

private func train(
    _ model: Classifier, _ options: TrainingOptions, threads: Int = 1, on set: TrainingSet? = nil,
    progress: (TrainingProgress) throws -> Void = { _ in },
    afterStep: ((Int, Int) throws -> Void)? = nil
) throws -> TrainingReport {
    try Trainer(options: options, compute: try Compute(threads: threads)).train(
        model, on: set ?? examples(64, seed: 1), validation: examples(40, seed: 2),
        afterStep: afterStep, progress: progress)
}

private func entries(of folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
}

private func bits(_ model: Classifier) -> [UInt32] {
    model.parameters.buffer.values.map(\.bitPattern)
}

@Test func `a small model learns a simple rule and reports it`() throws {
    let model = try model()
    var fractions: [Double] = []
    var finished: [EpochReport] = []
    let report = try train(model, options { $0.epochs = 12 }) { progress in
        fractions.append(progress.fraction)
        if let epoch = progress.finished { finished.append(epoch) }
    }
    #expect(report.epochs.count == 12)
    #expect(report.epochs == finished)
    #expect(report.steps == 12 * 8)
    #expect(try #require(report.kept).validAccuracy > 0.9)
    #expect(report.epochs[11].trainLoss < report.epochs[0].trainLoss / 2)
    #expect(fractions == fractions.sorted() && fractions.last == 1)

    let logits = try predictLogits(
        model, tokens: examples(40, seed: 2).tokens, compute: try Compute(threads: 1))
    let found = try Evaluation(logits: logits, labels: examples(40, seed: 2).labels)
    #expect(found.accuracy == report.kept?.validAccuracy, "the kept weights are in the model")
}

@Test(arguments: [2, 3]) func `training gives the same bits at any number of threads`(
    threads: Int
) throws {
    let (a, b) = (try model(), try model())
    let one = try train(a, options())
    #expect(try train(b, options(), threads: threads) == one)
    #expect(bits(a) == bits(b))
}

@Test(arguments: [true, false], [1, 2, 3])
func `an interrupted run goes on to the same bits`(keepBest: Bool, epoch: Int) throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    let recipe = options {
        $0.keepBest = keepBest
        $0.checkpointFolder = folder.file("run")
    }
    let whole = try model()
    let expected = try train(whole, options { $0.keepBest = keepBest })

    let interrupted = try model()
    #expect(throws: Stop.self) {
        _ = try train(interrupted, recipe) { progress in
            // In the middle of the epoch after the checkpoint.
            if progress.epoch == epoch + 1, progress.step % 8 == 5 { throw Stop() }
        }
    }
    let resumed = try model()
    var first: Int?
    let report = try train(resumed, recipe) { first = first ?? $0.step }
    #expect(first == epoch * 8 + 1)
    #expect(report == expected)
    #expect(bits(resumed) == bits(whole))
    #expect(try entries(of: folder) == [], "the checkpoint is removed at the end")
}

@Test func `a checkpoint of other options, or a damaged one, is not used`() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    func interrupt(_ seed: UInt64) throws {
        let recipe = options {
            $0.seed = seed
            $0.checkpointFolder = folder.path
        }
        #expect(throws: Stop.self) {
            _ = try train(try model(), recipe) { if $0.finished != nil { throw Stop() } }
        }
    }
    func firstStep() throws -> Int? {
        var first: Int?
        let recipe = options { $0.checkpointFolder = folder.path }
        _ = try train(try model(), recipe) { first = first ?? $0.step }
        return first
    }
    try interrupt(99)
    #expect(try firstStep() == 1)
    try interrupt(3)
    try folder.write("not a checkpoint", to: "epoch-1/second.safetensors")
    #expect(try firstStep() == 1)
}

@Test func `the best epoch is kept, or the last if so asked`() throws {
    let best = try train(try model(), options { $0.epochs = 5 })
    let top = best.epochs.map(\.validAccuracy).max()
    #expect(best.kept?.validAccuracy == top)
    let last = try train(
        try model(),
        options {
            $0.epochs = 5
            $0.keepBest = false
        })
    #expect(last.keptEpoch == 5)
    #expect(last.epochs == best.epochs)
}

@Test func `equal accuracy prefers the lower loss, then the earlier epoch`() {
    func report(_ accuracy: Double, _ loss: Double) -> EpochReport {
        EpochReport(
            epoch: 1, trainLoss: 0, validAccuracy: accuracy, validMacroF1: 0, validLoss: loss)
    }
    #expect(report(0.8, 0.5).isBetter(than: report(0.7, 0.1), by: .accuracy))
    #expect(report(0.8, 0.4).isBetter(than: report(0.8, 0.5), by: .accuracy))
    #expect(!report(0.8, 0.5).isBetter(than: report(0.8, 0.5), by: .accuracy))
}

@Test func `the best epoch may be that of the best macro F1`() {
    func report(_ accuracy: Double, _ macroF1: Double) -> EpochReport {
        EpochReport(
            epoch: 1, trainLoss: 0, validAccuracy: accuracy, validMacroF1: macroF1, validLoss: 1)
    }
    #expect(report(0.7, 0.6).isBetter(than: report(0.8, 0.5), by: .macroF1))
    #expect(!report(0.7, 0.6).isBetter(than: report(0.8, 0.5), by: .accuracy))
}

@Test func `weights changed after a step stay changed`() throws {
    let model = try model()
    var steps: [Int] = []
    _ = try train(
        model, options { $0.keepBest = false },
        afterStep: { step, total in
            steps.append(step)
            #expect(total == 32)
            model.parameters["classifier.weight"].fill(0)
        })
    #expect(steps == Array(1...32))
    #expect(model.parameters["classifier.weight"].values.allSatisfy { $0 == 0 })
}

@Test func `a student follows its teacher without labels`() throws {
    let teacher = try model()
    _ = try train(teacher, options { $0.epochs = 12 })
    let compute = try Compute(threads: 1)
    let texts = examples(64, seed: 5).tokens
    let set = TrainingSet(
        tokens: texts, labels: texts.map { _ in -1 },
        teacherLogits: try predictLogits(teacher, tokens: texts, compute: compute),
        teacherHidden: try sentenceVectors(
            teacher, layers: [1: 2], tokens: texts, compute: compute))
    let student = try TeacherParts(layers: [1], pieces: Array(0..<20), positions: 8)
        .student(of: teacher)
    let recipe = options {
        $0.epochs = 15
        $0.hiddenCosine = 0.5
    }
    let report = try train(student, recipe, on: set)
    #expect(report.epochs[14].trainLoss < report.epochs[0].trainLoss / 3)
    let test = examples(60, seed: 9).tokens
    let same = try agreement(
        try predictLogits(student, tokens: test, compute: compute),
        try predictLogits(teacher, tokens: test, compute: compute))
    #expect(same > 0.9)
}

@Test func `a loss that is no number ends the run with its place`() throws {
    let model = try model()
    let failure = #expect(throws: TrainingError.self) {
        _ = try train(
            model, options(),
            afterStep: { step, _ in
                if step == 10 { model.parameters["classifier.bias"][0] = .nan }
            })
    }
    guard case .diverged(let epoch, let step, let rate, _) = failure else {
        Issue.record("not diverged: \(String(describing: failure))")
        return
    }
    #expect(epoch == 2 && step == 11 && rate > 0)
    #expect(failure?.description.hasPrefix("training diverged: the loss became ") == true)
}

@Test func `options and sets that do not fit are refused before training`() throws {
    let model = try model()
    #expect(throws: TrainingError.noExamples(what: "training")) {
        _ = try train(model, options(), on: TrainingSet(tokens: [], labels: []))
    }
    #expect(throws: TrainingError.noLabels(what: "training")) {
        _ = try train(model, options(), on: TrainingSet(tokens: [[1, 2]], labels: [-1]))
    }
    #expect(throws: TrainingError.labelOutOfRange(label: 2, row: 0, classes: 2)) {
        _ = try train(model, options(), on: TrainingSet(tokens: [[1, 2]], labels: [2]))
    }
    #expect(
        throws: TrainingError.invalidOption(
            name: "finetune.learning_rate", expected: "a number above 0", found: "nan")
    ) {
        try options { $0.learningRate = .nan }.validate(under: "finetune")
    }
    let vectors = [3: Tensor(zeros: [1, 16])]
    #expect(throws: TrainingError.unknownHiddenLayer(layer: 3, layers: 2)) {
        _ = try train(
            model, options(),
            on: TrainingSet(tokens: [[1, 2]], labels: [0], teacherHidden: vectors))
    }
}
