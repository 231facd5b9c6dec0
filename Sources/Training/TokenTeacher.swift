public import Models

/// A teacher whose token states a student learns from, and the texts as both can read them.
///
/// The teacher reads the student's spelling, so that the tokens of both are the same ones. Its states
/// are computed anew for each batch: those of all texts would not fit in memory.
public struct TokenTeacher: Sendable {
    /// The teacher.
    public let model: Classifier
    /// The student's tokens of each example, as ids of the teacher's.
    public let tokens: [[Int32]]
    /// A hidden state of the student → the teacher's to learn from; 0 are the embeddings.
    public let hidden: [Int: Int]
    /// The teacher's channels that the student starts from; nil for all, or for a student of its own.
    public let channels: [Int]?
    /// The teacher's layer, counted from 0, whose relations the student's last layer learns.
    public let relationLayer: Int?

    /// Creates a teacher; the trainer checks that the parts fit each other and the student.
    public init(
        model: Classifier, tokens: [[Int32]], hidden: [Int: Int], channels: [Int]? = nil,
        relationLayer: Int? = nil
    ) {
        self.model = model
        self.tokens = tokens
        self.hidden = hidden
        self.channels = channels
        self.relationLayer = relationLayer
    }

    /// Throws `TrainingError` unless the teacher can read these tokens and both have the layers.
    func check(tokens others: [[Int32]], student: Classifier, options: TrainingOptions) throws {
        guard tokens.count == others.count else {
            throw TrainingError.mismatch(
                what: "the teacher's texts", expected: others.count, found: tokens.count)
        }
        for (mine, other) in zip(tokens, others) where mine.count != other.count {
            throw TrainingError.mismatch(
                what: "the teacher's tokens", expected: other.count, found: mine.count)
        }
        for (layer, source) in hidden.sorted(by: { $0.key < $1.key }) {
            guard (0...student.config.layers.count).contains(layer) else {
                throw TrainingError.unknownHiddenLayer(
                    layer: layer, layers: student.config.layers.count)
            }
            guard (0...model.config.layers.count).contains(source) else {
                throw TrainingError.noSuchPart(
                    "hidden state", source, count: model.config.layers.count + 1)
            }
        }
        guard let relationLayer else { return }
        guard model.config.layers.indices.contains(relationLayer) else {
            throw TrainingError.noSuchPart(
                "layer", relationLayer, count: model.config.layers.count)
        }
        let last = student.config.layers.count - 1
        for (config, layer) in [(student.config, last), (model.config, relationLayer)] {
            let width = config.layers[layer].heads * config.headSize
            guard options.relations == 0 || width % options.relationHeads == 0 else {
                throw TrainingError.invalidOption(
                    name: "relations.heads",
                    expected: "a divisor of the attention's width \(width)",
                    found: "\(options.relationHeads)")
            }
        }
    }
}
