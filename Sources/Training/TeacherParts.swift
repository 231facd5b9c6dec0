public import Models
import Tensors

/// A part of a teacher to start a student from: some of its layers, word pieces and positions.
public struct TeacherParts: Sendable, Equatable {
    /// The teacher's layers in the student's order, counted from 0.
    public let layers: [Int]
    /// The teacher's ids of the word pieces, in the order of the student's ids.
    public let pieces: [Int32]
    /// The longest sequence of the student, in tokens.
    public let positions: Int

    /// Creates a choice; `Classifier.student` checks it against the teacher.
    public init(layers: [Int], pieces: [Int32], positions: Int) {
        self.layers = layers
        self.pieces = pieces
        self.positions = positions
    }

    /// A new classifier of the teacher's width that holds copies of these parts of its weights, its
    /// head included.
    ///
    /// Throws `TrainingError` for layers, pieces or positions that the teacher does not have.
    public func student(of teacher: Classifier) throws -> Classifier {
        try check(teacher.config)
        var config = teacher.config
        config.layers = layers.map { teacher.config.layers[$0] }
        config.vocabularySize = pieces.count
        config.maximumPositions = positions
        let student = try Classifier.initial(
            config: config, pooling: teacher.pooling, labels: teacher.labels, seed: 0)
        for name in student.parameters.names {
            let target = student.parameters[name]
            let source = teacher.parameters[sourceName(name)]
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
        guard !layers.isEmpty, !pieces.isEmpty else {
            throw TrainingError.invalidOption(
                name: "student", expected: "at least one layer and one piece", found: "none")
        }
    }
}
