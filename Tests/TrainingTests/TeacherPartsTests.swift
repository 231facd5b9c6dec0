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
    func student(
        _ layers: [Int], _ pieces: [Int32], _ positions: Int, channels: [Int]? = nil
    ) throws {
        _ = try TeacherParts(
            layers: layers, pieces: pieces, positions: positions, channels: channels
        ).student(of: teacher)
    }
    let failure = #expect(throws: TrainingError.self) { try student([0, 3], [1], 4) }
    #expect(failure?.description == "layer 3 does not exist, the teacher has 3 (0…2)")
    #expect(throws: TrainingError.self) { try student([0], [10], 4) }
    #expect(throws: TrainingError.self) { try student([0], [-1], 4) }
    #expect(throws: TrainingError.self) { try student([0], [1], 7) }
    #expect(throws: TrainingError.self) { try student([], [1], 4) }
    #expect(throws: TrainingError.self) { try student([0], [1], 4, channels: []) }
    #expect(throws: TrainingError.self) { try student([0], [1], 4, channels: [0, 8]) }
    #expect(throws: TrainingError.self) { try student([0], [1], 4, channels: [-1]) }
}

/// A teacher whose norms and biases differ by channel.
private func unevenTeacher() throws -> Classifier {
    let teacher = try teacher()
    var random = SeededGenerator(seed: 5, stream: "uneven")
    for i in 0..<teacher.parameters.buffer.count {
        teacher.parameters.buffer[i] += 0.3 * random.normal()
    }
    return teacher
}

@Test func `channels in another order compute the same`() throws {
    let teacher = try unevenTeacher()
    let student = try TeacherParts(
        layers: [0, 1, 2], pieces: Array(0..<10), positions: 6, channels: [5, 2, 7, 0, 3, 6, 1, 4]
    ).student(of: teacher)
    #expect(student.parameters.buffer.values != teacher.parameters.buffer.values)
    let compute = try Compute(threads: 1)
    let batch = TokenBatch([[3, 5, 0, 9], [5], [1, 1, 8]])
    let theirs = try teacher.logits(batch, compute: compute).values
    let mine = try student.logits(batch, compute: compute).values
    expectClose(mine, theirs.map(Double.init), absolute: 1e-5, relative: 1e-5, "logits")
}

@Test func `a narrower student holds the channels that were chosen`() throws {
    let teacher = try unevenTeacher()
    let student = try TeacherParts(
        layers: [1, 2], pieces: [4, 2], positions: 3, channels: [1, 4, 6]
    ).student(of: teacher)
    #expect(student.config.hiddenSize == 3)
    #expect(student.config.layers == [teacher.config.layers[1], teacher.config.layers[2]])
    func both(_ mine: String, _ theirs: String) -> (Tensor, Tensor) {
        (student.parameters[mine], teacher.parameters[theirs])
    }
    let (words, allWords) = both(
        "bert.embeddings.word_embeddings.weight", "bert.embeddings.word_embeddings.weight")
    #expect(words[0, 2] == allWords[4, 6] && words[1, 0] == allWords[2, 1])
    let layer = ("bert.encoder.layer.0", "bert.encoder.layer.1")
    for (part, reads) in [
        ("attention.self.key", true), ("intermediate.dense", true),
        ("attention.output.dense", false), ("output.dense", false),
    ] {
        let (mine, theirs) = both("\(layer.0).\(part).weight", "\(layer.1).\(part).weight")
        #expect(mine[0, 1] == (reads ? theirs[0, 4] : theirs[1, 1]), "\(part)")
    }
    let (norm, allNorm) = both(
        "\(layer.0).output.LayerNorm.weight", "\(layer.1).output.LayerNorm.weight")
    #expect(norm.values == [allNorm[1], allNorm[4], allNorm[6]])
    let (head, allHead) = both("classifier.weight", "classifier.weight")
    #expect(head[2, 1] == allHead[2, 4])
    #expect(try student.logits(TokenBatch([[0, 1, 1]]), compute: Compute(threads: 1)).count == 3)
}

@Test func `the strongest channels are those of the largest states`() throws {
    let teacher = try teacher()
    for name in teacher.parameters.names where name.hasSuffix("LayerNorm.weight") {
        for channel in [2, 3, 7] { teacher.parameters[name][channel] = 9 }
        teacher.parameters[name][5] = 0.01
    }
    for threads in [1, 2] {
        func strongest(_ count: Int) throws -> [Int] {
            try strongestChannels(
                count, of: teacher, tokens: [[3, 5, 0, 9], [5], [1, 1, 8]], batchSize: 2,
                compute: try Compute(threads: threads))
        }
        #expect(try strongest(3) == [2, 3, 7])
        #expect(try strongest(7) == [0, 1, 2, 3, 4, 6, 7])
    }
}
