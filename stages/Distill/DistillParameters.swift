import Models
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
    /// Channels of the student's token states; left out: the teacher's.
    var width: Int?
    var vocabulary: Vocabulary
    var temperature: Double
    var alpha: Double
    var hiddenCosine: Double
    /// Left out: no distance between token states.
    var hiddenMSE: HiddenTargets?
    /// Left out: no self-attention relations.
    var relations: RelationTargets?
    /// Declared deps that hold further teachers.
    var teachers: [String]?
    /// Left out: of logits.
    var average: TeacherAverage?
    /// True trains on the unlabelled texts too, by the teacher's logits alone.
    var unlabelled: Bool
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

    enum CodingKeys: String, CodingKey {
        case layers, width, vocabulary, temperature, alpha, unlabelled, epochs, warmup, clip
        case relations, teachers, average
        case hiddenCosine = "hidden_cosine"
        case hiddenMSE = "hidden_mse"
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
            batchSize: batchSize, clip: clip, seed: UInt64(bitPattern: Int64(seed)), alpha: alpha,
            temperature: temperature, hiddenCosine: hiddenCosine,
            hiddenMSE: hiddenMSE?.weight ?? 0, relations: relations?.weight ?? 0,
            relationHeads: relations?.heads ?? 1, classWeights: classWeights ?? .none,
            bestBy: bestBy ?? .accuracy, checkpointFolder: checkpointFolder)
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
        guard let layer = relations?.layer, !(0..<count).contains(layer) else { return }
        throw DistillError.noSuchLayer(layer, teacher: count, key: "relations.layer")
    }

    /// Throws unless the student's width is one that a teacher of `width` channels has.
    func checkWidth(of width: Int) throws {
        guard let wanted = self.width else { return }
        guard (1...width).contains(wanted) else {
            throw DistillError.width(wanted, teacher: width)
        }
        guard wanted == width || hiddenCosine == 0 else { throw DistillError.cosineAcrossWidths }
    }

    /// Throws unless the relation heads divide the attention's width of each of these layers.
    func checkRelationHeads(_ layers: [(shape: LayerShape, headSize: Int)]) throws {
        guard let relations, relations.weight > 0 else { return }
        for (shape, headSize) in layers where shape.heads * headSize % relations.heads != 0 {
            throw DistillError.relationHeads(relations.heads, width: shape.heads * headSize)
        }
    }

    /// Which of the teacher's hidden states each of the student's learns; empty without that loss.
    func hiddenPairs(teacher count: Int) throws -> [Int: Int] {
        guard let hiddenMSE, hiddenMSE.weight > 0 else { return [:] }
        return try hiddenMSE.pairs(start: layers, teacher: count)
    }

    /// The teacher's layer whose relations are learned, counted from 0; nil without that loss.
    func relationLayer(teacher count: Int) -> Int? {
        guard let relations, relations.weight > 0 else { return nil }
        return relations.layer ?? count - 1
    }
}
