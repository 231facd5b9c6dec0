import Foundation
import Models
import TestSupport
import Tensors
import Testing

@testable import Training

private struct Known: Decodable {
    struct Projection: Decodable {
        let weight: Double
        let tokens, studentWidth, teacherWidth: Int
        let states, targets, matrices: [[Float]]
        let loss: Double
        let gradients, matrixGradients: [[Double]]
    }
    struct Relation: Decodable {
        let weight: Double
        let heads: Int
        let lengths: [Int]
        let studentWidth, teacherWidth: Int
        let student, teacher: [Float]
        let loss: Double
        let gradient: [Double]
    }
    struct Teachers: Decodable {
        let temperature: Double
        let classes: Int
        let logits: [[Float]]
        let mean, probabilities: [Double]
    }
    let projection: Projection
    let relation: Relation
    let teachers: Teachers
}

private func config(width: Int, layers: Int) -> EncoderConfig {
    EncoderConfig(
        vocabularySize: 8, hiddenSize: width, headSize: 2,
        layers: Array(repeating: LayerShape(heads: width / 2, intermediate: 4), count: layers),
        maximumPositions: 4)
}

/// A projection of as many pairs of states as `matrices` has, with those.
private func projection(
    from narrow: Int, to wide: Int, weight: Double, matrices: [[Float]]
) throws -> HiddenProjection {
    let teacher = try Classifier.initial(
        config: config(width: wide, layers: matrices.count), pooling: .mean, labels: ["a"], seed: 1)
    let pairs = matrices.indices.map { ($0, $0) }
    let projection = HiddenProjection(
        teacher: TokenTeacher(
            model: teacher, tokens: [], hidden: Dictionary(uniqueKeysWithValues: pairs)),
        student: config(width: narrow, layers: matrices.count),
        options: TrainingOptions(hiddenMSE: weight))
    projection.parameters.buffer.assign(
        Tensor(matrices.flatMap { $0 }, shape: [matrices.count * wide * narrow]))
    return projection
}

@Test func `the projected distance and its gradients equal PyTorch's`() throws {
    let known = try decoded(Known.self, "distillation.json").projection
    let projection = try projection(
        from: known.studentWidth, to: known.teacherWidth, weight: known.weight,
        matrices: known.matrices)
    let states = known.states.map { Tensor($0, shape: [known.tokens, known.studentWidth]) }
    let targets = known.targets.enumerated().map {
        ($0.offset, Tensor($0.element, shape: [known.tokens, known.teacherWidth]))
    }
    let (loss, hidden) = projection.evaluate(
        { states[$0] }, Dictionary(uniqueKeysWithValues: targets), compute: try Compute(threads: 2))
    // Sums of ten float32 products of size 1.
    #expect(abs(loss - known.loss) < 1e-6 * known.loss)
    for pair in 0..<3 {
        expectClose(
            try #require(hidden[pair]).values, known.gradients[pair], absolute: 1e-7,
            relative: 1e-5, "states \(pair)")
        expectClose(
            projection.gradients["projection.\(pair).weight"].values,
            known.matrixGradients[pair], absolute: 1e-7, relative: 1e-5, "matrix \(pair)")
    }
}

@Test func `the projection's gradients are the slopes of the loss in double precision`() throws {
    var random = SeededGenerator(seed: 4, stream: "projection")
    let (tokens, narrow, wide) = (5, 3, 4)
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in random.normal() } }
    let (states, target, matrix) = (draw(tokens * narrow), draw(tokens * wide), draw(wide * narrow))
    let projection = try projection(from: narrow, to: wide, weight: 0.5, matrices: [matrix])
    let found = projection.evaluate(
        { _ in Tensor(states, shape: [tokens, narrow]) },
        [0: Tensor(target, shape: [tokens, wide])], compute: try Compute(threads: 1))

    /// The obvious twin of the loss.
    func loss(_ states: [Double], _ matrix: [Double]) -> Double {
        var sum = 0.0
        for token in 0..<tokens {
            for c in 0..<wide {
                let value = (0..<narrow).reduce(0.0) {
                    $0 + states[token * narrow + $1] * matrix[c * narrow + $1]
                }
                let difference = value - Double(target[token * wide + c])
                sum += difference * difference
            }
        }
        return 0.5 * sum / Double(tokens * wide)
    }
    let (x, w) = (states.map(Double.init), matrix.map(Double.init))
    #expect(abs(found.loss - loss(x, w)) < 1e-6)
    func slopes(_ values: [Double], _ loss: ([Double]) -> Double) -> [Double] {
        values.indices.map { i in
            var (up, down) = (values, values)
            up[i] += 1e-5
            down[i] -= 1e-5
            return (loss(up) - loss(down)) / 2e-5
        }
    }
    expectClose(
        try #require(found.hidden[0]).values, slopes(x) { loss($0, w) }, absolute: 1e-6,
        relative: 1e-5, "states")
    expectClose(
        projection.gradients.buffer.values, slopes(w) { loss(x, $0) }, absolute: 1e-6,
        relative: 1e-5, "matrix")
}

@Test func `a student of the teacher's width starts from the identity`() throws {
    let teacher = try Classifier.initial(
        config: config(width: 4, layers: 1), pooling: .mean, labels: ["a"], seed: 1)
    let projection = HiddenProjection(
        teacher: TokenTeacher(model: teacher, tokens: [], hidden: [1: 1]),
        student: config(width: 4, layers: 1), options: TrainingOptions(hiddenMSE: 1))
    let states = Tensor((0..<12).map(Float.init), shape: [3, 4])
    let (loss, hidden) = projection.evaluate(
        { _ in states }, [1: states], compute: try Compute(threads: 1))
    #expect(loss == 0)
    #expect(hidden[1]?.values.allSatisfy { $0 == 0 } == true)
}

@Test func `a student cut out of its teacher starts with its channels where they came from`() throws
{
    let teacher = try Classifier.initial(
        config: config(width: 4, layers: 1), pooling: .mean, labels: ["a"], seed: 1)
    let projection = HiddenProjection(
        teacher: TokenTeacher(model: teacher, tokens: [], hidden: [1: 1], channels: [0, 3]),
        student: config(width: 2, layers: 1), options: TrainingOptions(hiddenMSE: 1))
    #expect(projection.parameters.buffer.values == [1, 0, 0, 0, 0, 0, 0, 1])
}

@Test func `relations and their gradient equal PyTorch's`() throws {
    let known = try decoded(Known.self, "distillation.json").relation
    let tokens = known.lengths.reduce(0, +)
    let batch = TokenBatch(known.lengths.map { Array(repeating: 1, count: $0) })
    var gradients: [[Float]] = []
    for threads in 1...3 {
        let (loss, gradient) = RelationLoss(weight: known.weight, heads: known.heads).evaluate(
            Tensor(known.student, shape: [tokens, 3 * known.studentWidth]),
            Tensor(known.teacher, shape: [tokens, 3 * known.teacherWidth]), batch: batch,
            compute: try Compute(threads: threads))
        // Both sides are computed in Double; the gradient is rounded once to float32.
        #expect(abs(loss - known.loss) < 1e-12)
        expectClose(
            gradient.values, known.gradient, absolute: 1e-12, relative: 1.2e-7, "gradient")
        gradients.append(gradient.values)
    }
    #expect(gradients[0] == gradients[1] && gradients[0] == gradients[2])
}

@Test func `the relations' gradient is the slope of the divergence in double precision`() {
    var random = SeededGenerator(seed: 6, stream: "relations")
    for (length, size, wide) in [(1, 3, 2), (4, 2, 5), (7, 6, 3)] {
        let vectors = (0..<length * size).map { _ in Double(random.normal()) }
        let teacher = SelfRelation(
            (0..<length * wide).map { _ in Double(random.normal()) }, length: length, size: wide)
        func loss(_ vectors: [Double]) -> Double {
            SelfRelation(vectors, length: length, size: size).divergence(from: teacher).loss
        }
        let gradient = SelfRelation(vectors, length: length, size: size)
            .divergence(from: teacher).gradient
        for i in vectors.indices {
            var (up, down) = (vectors, vectors)
            up[i] += 1e-5
            down[i] -= 1e-5
            #expect(abs((loss(up) - loss(down)) / 2e-5 - gradient[i]) < 1e-9)
        }
    }
}

@Test func `relations far apart give a finite loss, equal ones none`() {
    let far = SelfRelation([300, 0, 0, 300], length: 2, size: 2)
    let near = SelfRelation([0, 0, 0, 0], length: 2, size: 2)
    #expect(far.divergence(from: near).loss.isFinite)
    #expect(far.divergence(from: near).gradient.allSatisfy { $0.isFinite })
    #expect(near.divergence(from: far).loss > 0)
    #expect(far.divergence(from: far).loss == 0)
    #expect(far.divergence(from: far).gradient == [0, 0, 0, 0])
}

@Test func `teachers' answers are averaged as logits or as probabilities`() throws {
    let known = try decoded(Known.self, "distillation.json").teachers
    let rows = known.mean.count / known.classes
    let logits = known.logits.map { Tensor($0, shape: [rows, known.classes]) }
    let mean = try TeacherAverage.logits.combine(logits, temperature: known.temperature)
    expectClose(mean.values, known.mean, absolute: 1e-7, relative: 1.2e-7, "logits")
    let shared = try TeacherAverage.probabilities.combine(logits, temperature: known.temperature)
    for row in 0..<rows {
        let range = row * known.classes..<(row + 1) * known.classes
        let found = Softmax.logs(shared.values[range], temperature: known.temperature)
        for (found, share) in zip(found, known.probabilities[range]) {
            #expect(abs(found - log(share)) < 1e-5)
        }
    }
    let alone = try TeacherAverage.probabilities.combine([logits[0]], temperature: 3)
    #expect(alone.values == known.logits[0], "one teacher's bits stay as they are")
    #expect(throws: TrainingError.self) {
        try TeacherAverage.logits.combine(
            [logits[0], Tensor([1, 2], shape: [1, 2])], temperature: 1)
    }
    #expect(throws: TrainingError.self) { try TeacherAverage.logits.combine([], temperature: 1) }
}
