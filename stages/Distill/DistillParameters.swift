import Training

/// The stage's parameters, below `distill`.
struct DistillParameters: Decodable, Sendable, Equatable {
    /// Which word pieces the student keeps.
    struct Vocabulary: Decodable, Sendable, Equatable {
        /// A piece must occur at least so often in the training texts.
        var minimumCount: Int
        /// True counts the unlabelled texts too.
        var countUnlabelled: Bool

        enum CodingKeys: String, CodingKey {
            case minimumCount = "min_count"
            case countUnlabelled = "count_unlabelled"
        }
    }

    /// The teacher's layers that the student starts from, counted from 0.
    var layers: [Int]
    var vocabulary: Vocabulary
    var temperature: Double
    var alpha: Double
    var hiddenCosine: Double
    /// True trains on the unlabelled texts too, by the teacher's logits alone.
    var unlabelled: Bool
    var epochs: Int
    var batchSize: Int
    var learningRate: Double
    var weightDecay: Double
    var warmup: Double
    var clip: Double

    enum CodingKeys: String, CodingKey {
        case layers, vocabulary, temperature, alpha, unlabelled, epochs, warmup, clip
        case hiddenCosine = "hidden_cosine"
        case batchSize = "batch_size"
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
    }

    /// The recipe; throws for the first value out of range.
    func options(seed: Int, checkpointFolder: String?) throws -> TrainingOptions {
        let options = TrainingOptions(
            learningRate: learningRate, weightDecay: weightDecay, warmup: warmup, epochs: epochs,
            batchSize: batchSize, clip: clip, seed: UInt64(bitPattern: Int64(seed)), alpha: alpha,
            temperature: temperature, hiddenCosine: hiddenCosine,
            checkpointFolder: checkpointFolder)
        try options.validate(under: "distill")
        guard vocabulary.minimumCount >= 0 else {
            throw DistillError.minimumCount(vocabulary.minimumCount)
        }
        return options
    }

    /// Throws unless the teacher has all the layers that are named, and one is.
    func checkLayers(of count: Int) throws {
        guard !layers.isEmpty else { throw DistillError.noLayers(teacher: count) }
        for layer in layers where !(0..<count).contains(layer) {
            throw DistillError.noSuchLayer(layer, teacher: count)
        }
    }
}

/// Why distillation cannot start.
enum DistillError: Error, Equatable, CustomStringConvertible {
    case minimumCount(Int)
    case noLayers(teacher: Int)
    case noSuchLayer(Int, teacher: Int)
    case otherLabels(teacher: [String], prepared: [String])
    case otherVocabulary(teacher: Int, prepared: Int)

    var description: String {
        switch self {
        case .minimumCount(let found):
            """
            distill.vocabulary.min_count: out of range
              expected: 0 or more
              found:    \(found)
            """
        case .noLayers(let teacher):
            """
            distill.layers: names no layer
              expected: some of the teacher's \(teacher) (0…\(teacher - 1))
            """
        case .noSuchLayer(let layer, let teacher):
            "distill.layers: layer \(layer) does not exist, the teacher has \(teacher)"
                + " (0…\(teacher - 1))"
        case .otherLabels(let teacher, let prepared):
            """
            the teacher was trained for other labels
              expected: \(prepared.joined(separator: ", "))
              found:    \(teacher.joined(separator: ", "))
            """
        case .otherVocabulary(let teacher, let prepared):
            """
            the prepared texts were tokenized for another teacher
              expected: \(teacher) word pieces
              found:    \(prepared)
            """
        }
    }
}
