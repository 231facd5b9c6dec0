import Compression
import Datasets
import Foundation
import Models
import StageKit
import Tensors
import Training

/// One run of the stage: cut, recover, and again, while the numbers are written down.
struct PruneRun {
    let context: StageContext
    let parameters: PruneParameters
    let seed: UInt64
    let data: PruneData
    let compute: Compute
    let original: Classifier
    var metrics = Metrics()

    /// Prunes in the wanted number of iterations and returns the last recovered model.
    mutating func prune() throws -> Classifier {
        metrics.before(original, accuracy: try accuracy(of: original))
        var model = try withoutLayers(original)
        let whole = model
        let budget = try StructureBudget(parameters.budget, whole, data: data, context: context)
        for index in 0..<parameters.iterations {
            model = try cut(model, iteration: index, whole: whole, budget: budget)
            if index == parameters.iterations - 1 {
                metrics.afterStructure(model, accuracy: try accuracy(of: model))
            }
            try recover(model, iteration: index)
        }
        metrics.afterRecovery(model, accuracy: try accuracy(of: model))
        if let budget { metrics.set("cost", budget.costs.total(model.config.layers)) }
        return model
    }

    /// Takes the layers out that the loss depends on least.
    private func withoutLayers(_ model: Classifier) throws -> Classifier {
        let count = parameters.layersKept ?? model.config.layers.count
        guard count <= model.config.layers.count else {
            throw CompressionError.invalidOption(
                "prune.layers_kept", found: "\(count)",
                expected: "at most the \(model.config.layers.count) layers of the student")
        }
        guard count < model.config.layers.count else { return model }
        return try model.keeping(
            layers: try importance(of: model, iteration: 0).bestLayers(count))
    }

    /// Removes heads and neurons; fractions shrink evenly, by a constant factor an iteration, and so
    /// do costs.
    private func cut(
        _ model: Classifier, iteration: Int, whole: Classifier, budget: StructureBudget?
    ) throws -> Classifier {
        let done = Double(iteration + 1) / Double(parameters.iterations)
        if let budget {
            return try model.keeping(
                try StructurePlan(
                    try importance(of: model, iteration: iteration),
                    budget: budget.after(done), costs: budget.costs))
        }
        let plan = try StructurePlan(
            try importance(of: model, iteration: iteration),
            headsKept: pow(parameters.headsKept, done),
            neuronsKept: pow(parameters.neuronsKept, done), scope: parameters.scope,
            original: whole.config.layers)
        return try model.keeping(plan)
    }

    private func importance(of model: Classifier, iteration: Int) throws -> UnitImportance {
        var generator = SeededGenerator(seed: seed, stream: "prune.importance.\(iteration)")
        var rows = Array(0..<data.training.count)
        rows.shuffle(using: &generator)
        let chosen = rows.prefix(parameters.importanceRows).sorted()
        let size = parameters.recovery.batchSize
        let batches = stride(from: 0, to: chosen.count, by: size).map {
            Array(chosen[$0..<min($0 + size, chosen.count)])
        }
        let objective = Objective(
            alpha: parameters.recovery.alpha, temperature: parameters.recovery.temperature,
            classWeights: (parameters.recovery.classWeights ?? .none).weights(
                labels: data.training.labels, classes: original.labels.count))
        return try unitImportance(
            of: model, by: parameters.importance ?? .gate,
            batches: batches.map { TokenBatch($0.map { data.training.tokens[$0] }) },
            compute: compute,
            gradient: { batch, logits in
                try objective.evaluate(
                    logits: logits, labels: batches[batch].map { data.training.labels[$0] },
                    teacher: teacherLogits(batches[batch], classes: logits.columns)
                ).gradient
            },
            progress: { fraction in
                try context.checkCancellation()
                let total = parameters.iterations
                context.progress(
                    PruneProgress.importance(iteration, of: total, fraction), "importance")
            })
    }

    private func teacherLogits(_ rows: [Int], classes: Int) -> Tensor? {
        data.training.teacherLogits.map { logits in
            Tensor(rows.flatMap { logits.row($0).values }, shape: [rows.count, classes])
        }
    }

    /// Trains; in the last iteration single weights go to zero along the schedule.
    private func recover(_ model: Classifier, iteration: Int) throws {
        let isLast = iteration == parameters.iterations - 1
        if isLast, let movement = try parameters.movementPruning(of: model) {
            try train(model, iteration: iteration, computed: movement)
            return
        }
        let sparsity = isLast ? parameters.sparsity : 0
        let schedule = try parameters.cubicSchedule()
        var mask = MagnitudeMask(for: model.parameters, scope: parameters.sparsityScope)
        if parameters.recovery.epochs > 0 {
            try train(model, iteration: iteration) { step, total in
                guard sparsity > 0 else { return }
                if schedule.updates(step: step, of: total) {
                    let share = schedule.sparsity(step: step, of: total, final: sparsity)
                    try mask.update(model.parameters, sparsity: share)
                } else {
                    mask.apply(to: model.parameters)
                }
            }
        }
        if sparsity > 0 { try mask.update(model.parameters, sparsity: sparsity) }
    }

    private func train(
        _ model: Classifier, iteration: Int, computed: MovementPruning? = nil,
        afterStep: ((_ step: Int, _ total: Int) throws -> Void)? = nil
    ) throws {
        let trainer = Trainer(
            options: parameters.trainingOptions(seed: seed &+ UInt64(iteration)),
            compute: compute)
        _ = try trainer.train(
            model, on: data.training, validation: data.validation, computed: computed,
            afterStep: afterStep, progress: { try report($0, iteration: iteration) })
    }

    private func report(_ progress: TrainingProgress, iteration: Int) throws {
        try context.checkCancellation()
        let place = PruneProgress.recovery(
            iteration, of: parameters.iterations, progress.fraction)
        context.progress(place, "epoch \(progress.epoch)")
        guard let epoch = progress.finished else { return }
        let step = iteration * parameters.recovery.epochs + epoch.epoch
        context.record("prune.train_loss", step: step, epoch.trainLoss)
        context.record("prune.valid_accuracy", step: step, epoch.validAccuracy)
        context.log("\(Int(progress.tokensPerSecond.rounded())) tokens/s")
    }

    private func accuracy(of model: Classifier) throws -> Double {
        let logits = try predictLogits(model, tokens: data.validation.tokens, compute: compute) {
            _ in try context.checkCancellation()
        }
        return try Evaluation(logits: logits, labels: data.validation.labels).accuracy
    }
}
