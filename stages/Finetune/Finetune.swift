public import StageKit

import Datasets
import Models
import Tensors
import Training

/// The finetune stage: a pretrained encoder with a new head, trained on the labelled rows.
///
/// Its model is the teacher of the stages after it.
public struct Finetune: StageModule {
    /// `run: finetune` in the pipeline file.
    public static let name = "finetune"
    /// One line for listings.
    public static let summary = "Train the pretrained encoder with a classification head."
    /// Digest of the code that the stage runs.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files

    /// Creates the module.
    public init() {}

    /// Trains the encoder and writes it as the model folder `teacher`, with metrics `finetune`.
    ///
    /// Deps: `prepared` and the encoder at `encoder.path`. Params: `seed`, `precision`,
    /// `encoder.path`, `finetune`.
    ///
    /// After every epoch a checkpoint is written; an interrupted run goes on from it.
    public func run(_ context: StageContext) async throws {
        let parameters = try context.parameters(FinetuneParameters.self, at: "finetune")
        let seed = try context.parameters(Int.self, at: "seed")
        let out = try context.out(named: "teacher")
        let options = try parameters.options(
            seed: seed, checkpointFolder: context.checkpointFolder)
        let data = try PreparedData(folder: try context.dep(named: "prepared"))
        let encoder = try context.dep(at: try context.parameters(at: "encoder.path"))
        let model = try Checkpoint.loadEncoder(
            encoder, labels: data.labels, pooling: try parameters.sentencePooling(),
            dropout: Float(parameters.dropout), seed: options.seed)
        let tokenizer = try data.tokenizer()
        try check(
            model, from: encoder, vocabulary: tokenizer.vocabulary.count, length: data.maximumLength
        )

        let compute = try Compute(
            threads: context.threads, precision: try context.parameters(at: "precision"))
        context.fact("arithmetic", compute.arithmetic)
        let trainer = Trainer(options: options, compute: compute)
        let report = try trainer.train(
            model, on: try data.trainingSet(.train), validation: try data.trainingSet(.valid),
            progress: { try publish($0, to: context) })
        try Checkpoint.save(model, to: out)
        try tokenizer.write(to: out)
        var metrics = Metrics()
        metrics.set("epochs", report.epochs.count)
        metrics.set("best_epoch", report.keptEpoch)
        metrics.set("steps", report.steps)
        for point in report.series { metrics.set(point.name, point.value) }
        metrics.set("parameters", model.parameterCount)
        try metrics.write(to: try context.out(named: "finetune"))
        context.progress(1)
    }

    private func publish(_ progress: TrainingProgress, to context: StageContext) throws {
        try context.checkCancellation()
        context.progress(0.99 * progress.fraction, progress.detail)
        guard let epoch = progress.finished else { return }
        for point in epoch.series { context.record(point.name, step: epoch.epoch, point.value) }
        context.log("\(progress.detail), valid accuracy \(epoch.validAccuracy)")
    }

    private func check(
        _ model: Classifier, from encoder: String, vocabulary: Int, length: Int
    ) throws {
        guard length <= model.maximumLength else {
            throw FinetuneError.tooLong(encoder: model.maximumLength, prepared: length)
        }
        guard vocabulary == model.config.vocabularySize else {
            throw FinetuneError.otherVocabulary(
                config: "\(encoder)/config.json", encoder: model.config.vocabularySize,
                prepared: vocabulary)
        }
    }
}

extension PreparedData {
    /// A split's tokens and labels.
    fileprivate func trainingSet(_ name: SplitName) throws -> TrainingSet {
        let split = try split(name)
        return TrainingSet(tokens: split.tokens, labels: split.labels)
    }
}
