public import StageKit

import Datasets
import Models
import Tensors
import Tokenizers
import Training

/// The distill stage: a student of fewer layers and fewer word pieces learns from the logits of one
/// teacher or several, from the first one's token states, and from the labels.
public struct Distill: StageModule {
    /// `run: distill` in the pipeline file.
    public static let name = "distill"
    /// One line for listings.
    public static let summary = "Train a smaller student on the teacher's logits."
    /// Digest of the code that the stage runs.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files

    /// Creates the module.
    public init() {}

    /// Trains the student and writes it as the model folder `student`, with metrics `distill`.
    ///
    /// Deps: `prepared`, `teacher`, and those that `distill.teachers` names. Params: `seed`,
    /// `precision`, `distill`.
    ///
    /// After every epoch a checkpoint is written; an interrupted run goes on from it.
    public func run(_ context: StageContext) async throws {
        let parameters = try context.parameters(DistillParameters.self, at: "distill")
        let seed = try context.parameters(Int.self, at: "seed")
        let out = try context.out(named: "student")
        let options = try parameters.options(
            seed: seed, checkpointFolder: context.checkpointFolder)
        let compute = try Compute(
            threads: context.threads, precision: try context.parameters(at: "precision"))
        context.fact("arithmetic", compute.arithmetic)
        let pair = try Pair(context, parameters: parameters, compute: compute)

        context.log("teacher's logits of \(pair.train.labels.count) texts")
        let training = try pair.trainingSet(
            hidden: options.hiddenCosine > 0, compute: compute
        ) { fraction in
            try context.checkCancellation()
            context.progress(0.2 * fraction, "teacher")
        }
        let report = try Trainer(options: options, compute: compute).train(
            pair.student, on: training,
            validation: TrainingSet(tokens: pair.valid.student, labels: pair.valid.labels),
            progress: { try publish($0, to: context) })
        try Checkpoint.save(pair.student, to: out)
        try pair.tokenizer.write(to: out)
        var metrics = Metrics()
        metrics.set("epochs", report.epochs.count)
        metrics.set("best_epoch", report.keptEpoch)
        metrics.set("steps", report.steps)
        for point in report.series { metrics.set(point.name, point.value) }
        try pair.describe(in: &metrics, compute: compute)
        try metrics.write(to: try context.out(named: "distill"))
        context.progress(1)
    }

    private func publish(_ progress: TrainingProgress, to context: StageContext) throws {
        try context.checkCancellation()
        context.progress(0.2 + 0.78 * progress.fraction, progress.detail)
        guard let epoch = progress.finished else { return }
        for point in epoch.series { context.record(point.name, step: epoch.epoch, point.value) }
        context.log("\(progress.detail), valid accuracy \(epoch.validAccuracy)")
    }
}
