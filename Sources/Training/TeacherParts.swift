public import Models
import Tensors

/// A part of a teacher to start a student from: some of its layers, word pieces, positions and
/// channels of the token states.
public struct TeacherParts: Sendable, Equatable {
    /// The teacher's layers in the student's order, counted from 0.
    public let layers: [Int]
    /// The teacher's ids of the word pieces, in the order of the student's ids.
    public let pieces: [Int32]
    /// The longest sequence of the student, in tokens.
    public let positions: Int
    /// The teacher's channels in the student's order, counted from 0; nil for all.
    public let channels: [Int]?

    /// Creates a choice; `student(of:)` checks it against the teacher.
    public init(layers: [Int], pieces: [Int32], positions: Int, channels: [Int]? = nil) {
        self.layers = layers
        self.pieces = pieces
        self.positions = positions
        self.channels = channels
    }

    /// A new classifier that holds copies of these parts of the teacher's weights, its head included.
    ///
    /// Attention and intermediate layers keep their widths when channels are left out. Throws
    /// `TrainingError` for layers, pieces, positions or channels that the teacher does not have.
    public func student(of teacher: Classifier) throws -> Classifier {
        try check(teacher.config)
        var config = teacher.config
        config.layers = layers.map { teacher.config.layers[$0] }
        config.vocabularySize = pieces.count
        config.maximumPositions = positions
        if let channels { config.hiddenSize = channels.count }
        let student = try Classifier.initial(
            config: config, pooling: teacher.pooling, labels: teacher.labels, seed: 0)
        for name in student.parameters.names {
            let target = student.parameters[name]
            let source = ChannelCut(channels).applied(
                to: teacher.parameters[sourceName(name)], name: name)
            if name.hasSuffix("word_embeddings.weight") {
                target.assign(source.gathering(pieces.map(Int.init)))
            } else if name.hasSuffix("position_embeddings.weight") {
                target.assign(source.rows(0..<positions))
            } else {
                target.assign(source)
            }
        }
        return student
    }

    /// The teacher's name of a student's parameter: `…layer.1.…` may come from `…layer.3.…`.
    private func sourceName(_ name: String) -> String {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let at = parts.firstIndex(of: "layer"), at + 1 < parts.count,
            let layer = Int(parts[at + 1]), layers.indices.contains(layer)
        else { return name }
        parts[at + 1] = String(layers[layer])
        return parts.joined(separator: ".")
    }

    private func check(_ teacher: EncoderConfig) throws {
        for layer in layers where !teacher.layers.indices.contains(layer) {
            throw TrainingError.noSuchPart("layer", layer, count: teacher.layers.count)
        }
        for piece in pieces where piece < 0 || Int(piece) >= teacher.vocabularySize {
            throw TrainingError.noSuchPart("piece", Int(piece), count: teacher.vocabularySize)
        }
        guard (1...teacher.maximumPositions).contains(positions) else {
            throw TrainingError.noSuchPart(
                "position", positions - 1, count: teacher.maximumPositions)
        }
        for channel in channels ?? [] where !(0..<teacher.hiddenSize).contains(channel) {
            throw TrainingError.noSuchPart("channel", channel, count: teacher.hiddenSize)
        }
        guard !layers.isEmpty, !pieces.isEmpty, channels?.isEmpty != true else {
            throw TrainingError.invalidOption(
                name: "student", expected: "at least one layer, one piece and one channel",
                found: "none")
        }
    }
}
