import Compression
import Datasets
import Foundation
import Models
import Tensors
import Training

/// A few steps of every stage of the pipeline, for a total that is extrapolated from them.
struct SliceWork {
    private struct Enough: Error {}
    private struct Parts {
        let teacher: Classifier, student: Classifier, pruned: Classifier
        let labelled: TrainingSet, taught: TrainingSet, validation: TrainingSet
        let test: [[Int32]], studentTest: [[Int32]]
    }

    let settings: Settings

    /// Serves rounds that time steps of fine-tuning, distillation and recovery, inference with the
    /// three float models, and quantizing.
    func serve(_ channel: Channel) throws {
        let parts = try load()
        let compute = try settings.compute()
        try channel.ready("nlpipe, \(compute.arithmetic)")
        while channel.nextRound() { try channel.report(round(parts, compute)) }
    }

    private func round(_ parts: Parts, _ compute: Compute) throws -> [String: Double] {
        func sentence(_ model: Classifier, _ tokens: [[Int32]]) throws -> Double {
            try seconds { _ = try predictLogits(model, tokens: tokens, compute: compute) }
                / Double(tokens.count)
        }
        var mask = MagnitudeMask(for: parts.pruned.parameters, scope: .layer)
        try mask.update(parts.pruned.parameters, sparsity: 0.3)
        let pruned = parts.pruned.parameters
        return [
            "finetune step": try step(
                parts.teacher, parts.labelled, parts.validation, compute, after: {}),
            "distill step": try step(
                parts.student, parts.taught, parts.validation, compute, after: {}),
            "recover step": try step(
                parts.pruned, parts.taught, parts.validation, compute,
                after: { mask.apply(to: pruned) }),
            "teacher sentence": try sentence(parts.teacher, parts.test),
            "student sentence": try sentence(parts.student, parts.studentTest),
            "pruned sentence": try sentence(parts.pruned, parts.studentTest),
            "quantize": try seconds {
                let folder = "\(settings.scratch)/slice-int8"
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true)
                try QuantizedClassifier.quantize(parts.pruned).save(to: folder)
            },
        ]
    }

    /// Seconds of one step, over some after the first two.
    private func step(
        _ model: Classifier, _ training: TrainingSet, _ validation: TrainingSet,
        _ compute: Compute, after: @escaping () -> Void
    ) throws -> Double {
        let clock = ContinuousClock()
        var start = clock.now, time = 0.0
        do {
            _ = try Trainer(options: TrainingOptions(), compute: compute).train(
                model, on: training, validation: validation, afterStep: { _, _ in after() },
                progress: { progress in
                    if progress.step == 2 { start = clock.now }
                    guard progress.step == 2 + settings.steps else { return }
                    time = (clock.now - start) / .seconds(1)
                    throw Enough()
                })
        } catch is Enough {}
        return time / Double(settings.steps)
    }

    private func load() throws -> Parts {
        let data = try PreparedData(folder: "\(settings.project)/data/prepared")
        let (train, valid, test) = try (data.split(.train), data.split(.valid), data.split(.test))
        let plan = try Plan.read(settings.scratch)
        return Parts(
            teacher: try Checkpoint.load("\(settings.project)/models/teacher"),
            student: try Checkpoint.load("\(settings.project)/models/student"),
            pruned: try Checkpoint.load("\(settings.scratch)/pruned"),
            labelled: TrainingSet(tokens: train.tokens, labels: train.labels),
            taught: TrainingSet(
                tokens: plan.studentTrain, labels: train.labels,
                teacherLogits: Tensor(zeros: [train.count, data.labels.count])),
            validation: TrainingSet(
                tokens: Array(valid.tokens.prefix(32)), labels: Array(valid.labels.prefix(32))),
            test: test.tokens, studentTest: plan.studentTest)
    }
}

/// How often the pipeline does what a slice times.
///
/// Sentences of quantizing's own check and of the latency that the evaluation measures are left
/// out on both sides; so are preprocessing and packaging, which take a second.
enum PipelineCounts {
    static let trainRows = 10_227.0, validRows = 968.0, testRows = 1_557.0

    /// Seconds of all stages; nil unless every figure is there.
    ///
    /// The 32 batches that measure importance count as distillation steps.
    static func total(_ values: [String: Double]) -> Double? {
        let counts: [String: Double] = [
            "finetune step": 3 * 320, "distill step": 4 * 320 + 32, "recover step": 2 * 320,
            // Validation of every epoch, logits for distillation and pruning, both comparisons, test.
            "teacher sentence": 4 * validRows + 2 * trainRows + testRows,
            "student sentence": 6 * validRows + testRows,
            "pruned sentence": 5 * validRows + testRows,
            "quantize": 1,
        ]
        var total = 0.0
        for (name, count) in counts {
            guard let value = values[name] else { return nil }
            total += count * value
        }
        return total
    }
}
