import Datasets
public import Models
public import Tensors

/// The training loop: packed batches by length, AdamW, validation after every epoch.
public struct Trainer: Sendable {
    /// The recipe.
    public let options: TrainingOptions
    let compute: Compute

    /// Creates a trainer.
    public init(options: TrainingOptions, compute: Compute) {
        self.options = options
        self.compute = compute
    }

    /// Trains `model` in place and leaves the weights of the kept epoch in `model.parameters`.
    ///
    /// The result depends on the options, the sets and the initial weights only: not on threads,
    /// nor on whether the run was interrupted and went on from its checkpoint. Throws
    /// `TrainingError` when the parts do not fit, or the loss stops being a number.
    ///
    /// - Parameters:
    ///   - computed: what the model computes with in place of the trained weights, and is left with;
    ///     such a run keeps no checkpoint, and ends with its last epoch.
    ///   - afterStep: called after each update of the weights with the steps done (from 1) and the
    ///     total; it may change the weights, as pruning masks do. A resumed run calls it for the
    ///     remaining steps only.
    ///   - progress: called after each step and epoch; throwing ends the run.
    public func train(
        _ model: Classifier, on training: TrainingSet, validation: TrainingSet,
        computed: (any ComputedWeights)? = nil,
        afterStep: ((_ step: Int, _ total: Int) throws -> Void)? = nil,
        progress: (TrainingProgress) throws -> Void = { _ in }
    ) throws -> TrainingReport {
        try options.validate()
        try training.check(against: model, what: "training", options: options)
        try validation.check(against: model, what: "validation", options: options)
        let folder = computed == nil ? options.checkpointFolder : nil
        let checkpoint = try folder.map {
            EpochCheckpoint(
                folder: $0,
                key: try RunKey.of(
                    options, model: model, training: training, validation: validation))
        }
        var epochs = EpochLoop(
            trainer: self, model: model, training: training, computed: computed,
            resuming: checkpoint?.load(
                parameters: model.parameterCount,
                projection: HiddenProjection.size(
                    training.tokenTeacher, student: model.config, options: options)))
        while epochs.state.epochs.count < options.epochs {
            let loss = try epochs.run(afterStep: afterStep, progress: progress)
            epochs.finish(
                try report(of: model, on: validation, after: epochs, loss: loss),
                copies: checkpoint == nil)
            try checkpoint?.save(epochs.state)
            try progress(epochs.progress(finished: epochs.state.epochs.last))
        }
        if let kept = epochs.state.kept { model.parameters.buffer.assign(kept) }
        try checkpoint?.restoreKept(epochs.state, into: model.parameters.buffer)
        checkpoint?.remove()
        return TrainingReport(
            epochs: epochs.state.epochs, keptEpoch: epochs.state.keptEpoch,
            steps: epochs.state.steps)
    }

    private func report(
        of model: Classifier, on validation: TrainingSet, after epochs: EpochLoop, loss: Double
    ) throws -> EpochReport {
        let logits = try predictLogits(
            model, tokens: validation.tokens, batchSize: options.batchSize, compute: compute)
        let evaluation = try Evaluation(logits: logits, labels: validation.labels)
        return EpochReport(
            epoch: epochs.state.epochs.count + 1, trainLoss: loss,
            validAccuracy: evaluation.accuracy, validMacroF1: evaluation.macroF1,
            validLoss: evaluation.negativeLogLikelihood)
    }
}
