import Compression
import Datasets
import Models
import StageKit
import Tensors
import Tokenizers
import Training

/// One run of the stage: from the float model to the integers.
struct QuantizeRun {
    let model: Classifier
    let tokenizer: WordPieceTokenizer
    let compute: Compute
    /// The validation rows.
    let valid: TrainingSet
    private let context: StageContext
    private let parameters: QuantizeParameters
    private let options: QuantizationOptions
    private let data: PreparedData

    init(_ context: StageContext, _ parameters: QuantizeParameters) throws {
        options = try parameters.options()
        self.context = context
        self.parameters = parameters
        compute = try Compute(threads: context.threads)
        let pruned = try context.dep(named: "pruned")
        model = try SparseCheckpoint.load(pruned)
        tokenizer = try WordPieceTokenizer(folder: pruned)
        data = try PreparedData(folder: context.dep(named: "prepared"))
        valid = try QuantizeRun.rows(data, .valid, tokenizer, model, compute)
        context.progress(0.1, "quantizing")
    }

    /// The integers, and what 4 bits cost each matrix where there is a budget.
    func quantize() throws -> (QuantizedClassifier, SensitivitySweep?) {
        let moments = parameters.rounding == .gptq ? try inputMoments() : nil
        let start: QuantizedClassifier
        var sweep: SensitivitySweep?
        if let budget = parameters.budgetBytes {
            let mixed = try MixedPrecision(
                model, options: options, moments: moments, compute: compute)
            let found = try SensitivitySweep(
                mixed, budget: budget, float: try logits(model, from: 0.2, to: 0.22)
            ) { try logits($0, from: 0.22 + 0.18 * $1, to: 0.22 + 0.18 * $1) }
            sweep = found
            start = try mixed.classifier(inFour: found.chosen)
        } else if let moments {
            start = try QuantizedClassifier.quantize(
                model, options: options, compensatingFor: moments, compute: compute)
        } else {
            start = try QuantizedClassifier.quantize(model, options: options)
        }
        guard parameters.method == .qat else { return (start, sweep) }
        return (try train(from: start, rounded: moments != nil), sweep)
    }

    /// Logits on the validation rows.
    func logits(
        _ model: any SequenceClassifier, from: Double, to: Double
    ) throws -> Tensor {
        try predictLogits(model, tokens: valid.tokens, compute: compute) { fraction in
            try context.checkCancellation()
            context.progress(from + (to - from) * fraction, "comparing on valid")
        }
    }

    /// Throws where a file is larger than the budget, which training can bring about: weights that
    /// were rounded to zero need not stay there.
    func requireBudget(bytes: Int) throws {
        guard let budget = parameters.budgetBytes, bytes > budget else { return }
        throw CompressionError.invalidOption(
            "quantize.budget_bytes", found: "\(budget), and \(bytes) bytes after training",
            expected: "a budget that leaves room for what training un-zeroes, or method: dynamic")
    }

    private func inputMoments() throws -> InputMoments {
        let rows = CalibrationRows(try data.split(.train).rows.map(\.text))
        return try InputMoments(
            of: model,
            reading: rows.batches(parameters.roundingRows ?? 1024, tokenizer, model, compute),
            compute: compute
        ) { fraction in
            try context.checkCancellation()
            context.progress(0.1 + 0.1 * fraction, "reading training rows")
        }
    }

    /// Trains for the integers, with the float model's answers to the training rows.
    ///
    /// - Parameter rounded: whether training begins at the rounded weights, which make good for one
    ///   another, instead of the float ones.
    private func train(from start: QuantizedClassifier, rounded: Bool) throws -> QuantizedClassifier
    {
        let recipe = parameters.qat ?? .usual
        let rows = try QuantizeRun.rows(data, .train, tokenizer, model, compute)
        let answers = try predictLogits(model, tokens: rows.tokens, compute: compute) { fraction in
            try context.checkCancellation()
            context.progress(0.4 + 0.05 * fraction, "float model's logits")
        }
        return try recipe.run(
            from: start, beginning: rounded ? try start.expanded() : model,
            training: TrainingSet(
                tokens: rows.tokens, labels: rows.labels, teacherLogits: answers),
            validation: valid, compute: compute
        ) { progress in
            try context.checkCancellation()
            context.progress(0.45 + 0.25 * progress.fraction, progress.detail)
            guard let epoch = progress.finished else { return }
            context.record("quantize.train_loss", step: epoch.epoch, epoch.trainLoss)
        }
    }

    private static func rows(
        _ data: PreparedData, _ name: SplitName, _ tokenizer: WordPieceTokenizer,
        _ model: Classifier, _ compute: Compute
    ) throws -> TrainingSet {
        let split = try data.split(name)
        let tokens = tokenizer.encode(
            split.rows.map(\.text), maximumLength: model.maximumLength, threads: compute.threads
        ).arrays
        return TrainingSet(tokens: tokens, labels: split.labels)
    }
}
