import Datasets
import Models
import Tensors

/// The steps of one training run after another, an epoch at a time.
struct EpochLoop {
    private let options: TrainingOptions
    private let compute: Compute
    private let model: Classifier
    /// What the model computes with, where that is not what is trained.
    private let computed: (any ComputedWeights)?
    /// The weights that are trained: the model's own, where nothing else is computed with.
    private let trained: Parameters
    private let training: TrainingSet
    private let batcher: Batcher
    private let gradients: StepGradients
    let schedule: Schedule
    private let objective: Objective
    private let cosine: SentenceCosine?
    private var tokenLosses: TokenLosses?
    private let started = ContinuousClock.now
    private var optimizer: AdamW
    private var tokensDone = 0
    private var lossSum = 0.0
    private var rowsDone = 0
    private(set) var state: TrainingState

    /// Starts at the first epoch, or after those of `resuming`.
    init(
        trainer: Trainer, model: Classifier, training: TrainingSet,
        computed: (any ComputedWeights)?, resuming: TrainingState?
    ) {
        var options = trainer.options
        if computed != nil { options.keepBest = false }
        self.options = options
        compute = trainer.compute
        self.model = model
        self.computed = computed
        trained = computed == nil ? model.parameters : model.parameters.copy()
        self.training = training
        batcher = Batcher(
            lengths: training.tokens.map(\.count), batchSize: options.batchSize,
            seed: options.seed)
        gradients = StepGradients(config: model.config, classes: model.labels.count)
        schedule = Schedule(
            peak: options.learningRate, warmup: options.warmup,
            steps: batcher.epoch(0).count * options.epochs)
        objective = Objective(
            alpha: options.alpha, temperature: options.temperature,
            classWeights: options.classWeights.weights(
                labels: training.labels, classes: model.labels.count))
        let hidden = options.hiddenCosine > 0 && !training.teacherHidden.isEmpty
        cosine = hidden ? SentenceCosine(weight: options.hiddenCosine) : nil
        tokenLosses = TokenLosses(
            teacher: training.tokenTeacher, student: model.config, options: options,
            resuming: resuming)
        if let resuming { trained.buffer.assign(resuming.weights) }
        optimizer = AdamW(
            for: trained, weightDecay: options.weightDecay, clip: options.clip,
            resuming: resuming.map { ($0.first, $0.second, $0.steps) })
        let size = trainer.options.batchSize
        var scratch = model.scratchFloats(of: training, batchSize: size)
        if tokenLosses != nil, let teacher = training.tokenTeacher?.model {
            scratch += teacher.scratchFloats(of: training, batchSize: size)
        }
        compute.reserve(scratch)
        state = TrainingState(
            weights: trained.buffer, first: optimizer.first, second: optimizer.second,
            projection: tokenLosses?.projection?.state, kept: resuming?.kept,
            epochs: resuming?.epochs ?? [],
            keptEpoch: resuming?.keptEpoch ?? 0, steps: resuming?.steps ?? 0)
    }

    /// Runs the next epoch and returns its mean loss.
    mutating func run(
        afterStep: ((_ step: Int, _ total: Int) throws -> Void)?,
        progress: (TrainingProgress) throws -> Void
    ) throws -> Double {
        lossSum = 0
        rowsDone = 0
        for rows in batcher.epoch(state.epochs.count) {
            try step(rows)
            if let afterStep {
                optimizer.catchUp(nil, trained, compute: compute)
                try afterStep(state.steps, schedule.steps)
            }
            try progress(self.progress(finished: nil))
        }
        optimizer.catchUp(nil, trained, compute: compute)
        try writeComputed()
        return lossSum / Double(max(1, rowsDone))
    }

    /// Notes the end of an epoch; if it is the best so far, it is the one to keep, with a copy of its
    /// weights when `copies`.
    mutating func finish(_ report: EpochReport, copies: Bool) {
        let best = state.epochs.first { $0.epoch == state.keptEpoch }
        state.epochs.append(report)
        let isBest = best.map { report.isBetter(than: $0, by: options.bestBy) } ?? true
        guard !options.keepBest || isBest else { return }
        state.keptEpoch = report.epoch
        guard options.keepBest, copies else { return }
        if let kept = state.kept {
            kept.assign(model.parameters.buffer)
        } else {
            state.kept = model.parameters.buffer.copy()
        }
    }

    /// How far the run is.
    func progress(finished: EpochReport?) -> TrainingProgress {
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        return TrainingProgress(
            step: state.steps, steps: schedule.steps,
            epoch: finished?.epoch ?? state.epochs.count + 1,
            loss: lossSum / Double(max(1, rowsDone)),
            tokensPerSecond: seconds > 0 ? Double(tokensDone) / seconds : 0, finished: finished)
    }

    private mutating func step(_ rows: [Int]) throws {
        let batch = TokenBatch(rows.map { training.tokens[$0] })
        let rate = schedule.learningRate(state.steps)
        optimizer.catchUp(batch.words, trained, compute: compute)
        try writeComputed()
        let loss = try accumulate(batch, rows: rows)
        guard loss.isFinite else { throw diverged(loss, rate) }
        try computed?.pullBack(
            gradients.dense, trained: trained, step: state.steps, of: schedule.steps,
            compute: compute)
        let norm = optimizer.update(
            trained, gradients: gradients, learningRate: rate, compute: compute)
        guard norm.isFinite else { throw diverged(norm, rate) }
        try updateProjection(rate)
        state.steps += 1
        tokensDone += batch.tokenCount
        rowsDone += rows.count
        lossSum += loss * Double(rows.count)
    }

    private func writeComputed() throws {
        try computed?.write(
            from: trained, to: model.parameters, step: state.steps, of: schedule.steps,
            compute: compute)
    }

    private mutating func updateProjection(_ rate: Double) throws {
        guard var losses = tokenLosses else { return }
        let norm = losses.update(learningRate: rate, compute: compute)
        guard norm.isFinite else { throw diverged(norm, rate) }
        tokenLosses = losses
    }

    /// Forward and backward pass of one batch; returns its loss, gradients go into `gradients`.
    private func accumulate(_ batch: TokenBatch, rows: [Int]) throws -> Double {
        let pass = try model.forward(
            batch, dropout: Dropout(seed: options.seed, step: state.steps), compute: compute,
            reading: computed?.reading(compute: compute))
        var (loss, slope) = try objective.evaluate(
            logits: pass.logits, labels: rows.map { training.labels[$0] },
            teacher: training.teacherLogits?.gathering(rows))
        guard loss.isFinite else { return loss }
        var hidden: [Int: Tensor] = [:]
        if let cosine {
            let targets = training.teacherHidden.mapValues { vectors in
                rows.map { vectors.row($0).values }
            }
            let (distance, slopes) = cosine.evaluate(pass, batch: batch, teacher: targets)
            loss += distance
            hidden = slopes
        }
        var attention: [Int: Tensor] = [:]
        if let tokenLosses {
            let found = try tokenLosses.evaluate(
                pass, batch: batch, rows: rows, layers: model.config.layers.count,
                compute: compute)
            loss += found.loss
            for (layer, gradient) in found.hidden {
                if let present = hidden[layer] {
                    compute.axpy(1, gradient, into: present)
                } else {
                    hidden[layer] = gradient
                }
            }
            attention = found.queryKeyValue
        }
        try model.backward(
            pass, dLogits: slope, dHidden: hidden, dQueryKeyValue: attention, writing: gradients,
            compute: compute)
        return loss
    }

    private func diverged(_ value: Double, _ rate: Double) -> TrainingError {
        .diverged(
            epoch: state.epochs.count + 1, step: state.steps + 1, learningRate: rate, loss: value)
    }
}

extension EpochReport {
    /// A higher number on validation, or an equal one with a lower loss.
    func isBetter(than other: EpochReport, by choice: EpochChoice) -> Bool {
        let (mine, others) =
            switch choice {
            case .accuracy: (validAccuracy, other.validAccuracy)
            case .macroF1: (validMacroF1, other.validMacroF1)
            }
        if mine != others { return mine > others }
        return validLoss < other.validLoss
    }
}

extension Classifier {
    /// Scratch memory for the largest batch that a set can give: its longest sequences.
    fileprivate func scratchFloats(of set: TrainingSet, batchSize: Int) -> Int {
        let lengths = set.tokens.map(\.count).sorted(by: >)
        return scratchFloats(
            tokens: lengths.prefix(batchSize).reduce(0, +), longest: lengths.first ?? 0,
            sequences: min(batchSize, lengths.count))
    }
}

extension Tensor {
    /// A copy of the given rows, [rows, columns].
    func gathering(_ rows: [Int]) -> Tensor {
        let result = Tensor(zeros: [rows.count, columns])
        for (place, row) in rows.enumerated() { result.row(place).assign(self.row(row)) }
        return result
    }
}
