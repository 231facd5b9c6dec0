import Compression
import Models
import Tensors
import Training

/// How weights and steps are trained for the integers; `quantize.qat`.
struct QuantizationTraining: Decodable, Sendable, Equatable {
    var epochs: Int
    var batchSize: Int
    var learningRate: Double
    /// Adam's learning rate for the steps, as factors on where they began.
    var stepLearningRate: Double
    var weightDecay: Double
    var warmup: Double
    var clip: Double
    var dropout: Double
    var temperature: Double
    /// Weight of the float model's logits against the labels.
    var alpha: Double
    /// Starts the order of the rows and the dropout.
    var seed: Int

    enum CodingKeys: String, CodingKey {
        case epochs, warmup, clip, dropout, temperature, alpha, seed
        case batchSize = "batch_size"
        case learningRate = "learning_rate"
        case stepLearningRate = "step_learning_rate"
        case weightDecay = "weight_decay"
    }

    /// What is used where nothing is said.
    static let usual = QuantizationTraining(
        epochs: 2, batchSize: 32, learningRate: 1e-5, stepLearningRate: 1e-3, weightDecay: 0.01,
        warmup: 0.1, clip: 1, dropout: 0, temperature: 4, alpha: 0.9, seed: 0)

    /// The recipe; the last epoch is kept.
    ///
    /// Throws for the first value out of range.
    func options() throws -> TrainingOptions {
        let options = TrainingOptions(
            learningRate: learningRate, weightDecay: weightDecay, warmup: warmup, epochs: epochs,
            batchSize: batchSize, clip: clip, seed: UInt64(bitPattern: Int64(seed)), alpha: alpha,
            temperature: temperature, keepBest: false)
        try options.validate(under: "quantize.qat")
        guard stepLearningRate >= 0, stepLearningRate < 1 else {
            throw CompressionError.invalidOption(
                "quantize.qat.step_learning_rate", found: "\(stepLearningRate)",
                expected: "0 or more, below 1")
        }
        guard dropout >= 0, dropout < 0.95 else {
            throw CompressionError.invalidOption(
                "quantize.qat.dropout", found: "\(dropout)", expected: "0 or more, below 0.95")
        }
        return options
    }

    /// Trains from `start`, a quantized form of `float`, and returns what came of it.
    ///
    /// - Parameter beginning: the weights that training begins at.
    func run(
        from start: QuantizedClassifier, beginning: Classifier, training: TrainingSet,
        validation: TrainingSet, compute: Compute, progress: (TrainingProgress) throws -> Void
    ) throws -> QuantizedClassifier {
        var config = beginning.config
        config.hiddenDropout = Float(dropout)
        config.attentionDropout = Float(dropout)
        let model = try Classifier(
            config: config, pooling: beginning.pooling, labels: beginning.labels,
            parameters: beginning.parameters.copy())
        let steps = try LearnedSteps(startingAt: start, rate: stepLearningRate)
        _ = try Trainer(options: options(), compute: compute).train(
            model, on: training, validation: validation, computed: steps, progress: progress)
        return try steps.quantized(model)
    }
}
