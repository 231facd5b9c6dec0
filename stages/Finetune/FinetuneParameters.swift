import Models
import Training

/// The stage's parameters, below `finetune`.
struct FinetuneParameters: Decodable, Sendable, Equatable {
    var pooling: String
    var epochs: Int
    var batchSize: Int
    var learningRate: Double
    var weightDecay: Double
    var warmup: Double
    var clip: Double
    /// Left out: every row counts the same.
    var classWeights: ClassWeighting?
    /// Left out: by accuracy.
    var bestBy: EpochChoice?
    var dropout: Double

    enum CodingKeys: String, CodingKey {
        case pooling, epochs, warmup, clip, dropout
        case classWeights = "class_weights"
        case bestBy = "best_by"
        case batchSize = "batch_size"
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
    }

    /// The recipe; throws for the first value out of range.
    func options(seed: Int, checkpointFolder: String?) throws -> TrainingOptions {
        let options = TrainingOptions(
            learningRate: learningRate, weightDecay: weightDecay, warmup: warmup, epochs: epochs,
            batchSize: batchSize, clip: clip, seed: UInt64(bitPattern: Int64(seed)),
            classWeights: classWeights ?? .none, bestBy: bestBy ?? .accuracy,
            checkpointFolder: checkpointFolder)
        try options.validate(under: "finetune")
        guard (0..<1).contains(dropout) else {
            throw FinetuneError.parameter(
                key: "finetune.dropout", expected: "0 or more, below 1", found: "\(dropout)")
        }
        return options
    }

    /// The pooling by its name.
    func sentencePooling() throws -> Pooling {
        guard let known = Pooling(rawValue: pooling) else {
            throw FinetuneError.parameter(
                key: "finetune.pooling", expected: "mean or cls", found: pooling)
        }
        return known
    }
}

/// Why fine-tuning cannot start.
enum FinetuneError: Error, Equatable, CustomStringConvertible {
    case parameter(key: String, expected: String, found: String)
    case tooLong(encoder: Int, prepared: Int)
    case otherVocabulary(config: String, encoder: Int, prepared: Int)

    var description: String {
        switch self {
        case .parameter(let key, let expected, let found):
            """
            \(key): out of range
              expected: \(expected)
              found:    \(found)
            """
        case .tooLong(let encoder, let prepared):
            """
            the prepared texts are longer than the encoder's positions
              expected: at most \(encoder) tokens
              found:    \(prepared)
            hint: lower 'encoder.maximum_length'
            """
        case .otherVocabulary(let config, let encoder, let prepared):
            """
            \(config): 'vocab_size' does not fit the tokenizer of the prepared texts
              expected: \(prepared) word pieces
              found:    \(encoder)
            hint: vocab.txt (or tokenizer.json) and model.safetensors must come from one encoder
            """
        }
    }
}
