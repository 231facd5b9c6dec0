import Models
import Tensors
import TestSupport
import Testing
import Training

private func teacher() throws -> Classifier {
    try .initial(
        config: EncoderConfig(
            vocabularySize: 10, hiddenSize: 8, headSize: 4,
            layers: [
                LayerShape(heads: 2, intermediate: 16), LayerShape(heads: 1, intermediate: 12),
                LayerShape(heads: 2, intermediate: 8),
            ], maximumPositions: 6),
        pooling: .cls, labels: ["a", "b", "c"], seed: 4)
}

@Test func `a student of all parts is its teacher`() throws {
    let teacher = try teacher()
    let student = try TeacherParts(layers: [0, 1, 2], pieces: Array(0..<10), positions: 6)
        .student(of: teacher)
    #expect(student.config == teacher.config)
    #expect(student.parameters.buffer.values == teacher.parameters.buffer.values)
}

@Test func `a student holds the teacher's layers, pieces and positions that were chosen`() throws {
    let teacher = try teacher()
    let student = try TeacherParts(layers: [2, 1], pieces: [1, 4, 9], positions: 5)
        .student(of: teacher)
    #expect(student.config.layers.map(\.intermediate) == [8, 12])
    #expect(student.config.vocabularySize == 3)
    #expect(student.maximumLength == 5)
    #expect(student.pooling == .cls)
    let words = "bert.embeddings.word_embeddings.weight"
    for (new, old) in [1, 4, 9].enumerated() {
        #expect(
            student.parameters[words].row(new).values == teacher.parameters[words].row(old).values)
    }
    for name in ["attention.self.query.weight", "output.dense.weight"] {
        #expect(
            student.parameters["bert.encoder.layer.0.\(name)"].values
                == teacher.parameters["bert.encoder.layer.2.\(name)"].values)
    }
    #expect(
        student.parameters["classifier.weight"].values
            == teacher.parameters["classifier.weight"].values)
}

@Test func `a student without unused pieces and layers' worth of positions answers the same`()
    throws
{
    let teacher = try teacher()
    let student = try TeacherParts(layers: [0, 1, 2], pieces: [0, 3, 5], positions: 4)
        .student(of: teacher)
    let compute = try Compute(threads: 1)
    let theirs = try teacher.logits(TokenBatch([[3, 5, 0], [5]]), compute: compute)
    let mine = try student.logits(TokenBatch([[1, 2, 0], [2]]), compute: compute)
    #expect(mine.values == theirs.values)
}

@Test func `parts that the teacher lacks are errors`() throws {
    let teacher = try teacher()
    func student(_ layers: [Int], _ pieces: [Int32], _ positions: Int) throws {
        _ = try TeacherParts(layers: layers, pieces: pieces, positions: positions)
            .student(of: teacher)
    }
    let failure = #expect(throws: TrainingError.self) { try student([0, 3], [1], 4) }
    #expect(failure?.description == "layer 3 does not exist, the teacher has 3 (0…2)")
    #expect(throws: TrainingError.self) { try student([0], [10], 4) }
    #expect(throws: TrainingError.self) { try student([0], [-1], 4) }
    #expect(throws: TrainingError.self) { try student([0], [1], 7) }
    #expect(throws: TrainingError.self) { try student([], [1], 4) }
}
