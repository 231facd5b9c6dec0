import Tensors
import TestSupport
import Testing

@testable import Training

private struct Losses: Decodable {
    struct Case: Decodable {
        let name: String
        let classes: Int
        let labels: [Int32]
        let logits: [Float]
        let teacher: [Float]?
        let weights: [Double]
        let alpha: Double
        let temperature: Double
        let loss: Double
        let gradient: [Double]
    }
    struct Cosine: Decodable {
        let a: [Double]
        let b: [Float]
        let distance: Double
        let gradient: [Double]
    }
    let cases: [Case]
    let cosine: Cosine
}

@Test func `losses and their gradients equal PyTorch's`() throws {
    for known in try decoded(Losses.self, "losses.json").cases {
        let shape = [known.labels.count, known.classes]
        let objective = Objective(
            alpha: known.alpha, temperature: known.temperature, classWeights: known.weights)
        let (loss, gradient) = try objective.evaluate(
            logits: Tensor(known.logits, shape: shape), labels: known.labels,
            teacher: known.teacher.map { Tensor($0, shape: shape) })
        #expect(abs(loss - known.loss) < 1e-9, "\(known.name): \(loss) not \(known.loss)")
        // Both sides are computed in Double; the gradient is rounded once to float32.
        expectClose(
            gradient.values, known.gradient, absolute: 1e-9, relative: 1.2e-7, known.name)
    }
}

@Test func `balanced weights make every class count the same`() throws {
    let labels: [Int32] = [0, 0, 0, 1, -1, 3]
    let weights = ClassWeighting.balanced.weights(labels: labels, classes: 4)
    #expect(weights == [5.0 / 12, 1.25, 0, 1.25])
    #expect(ClassWeighting.none.weights(labels: labels, classes: 4).isEmpty)
    #expect(
        throws: TrainingError.mismatch(what: "weights of classes", expected: 2, found: 4)
    ) {
        try Objective(classWeights: weights).evaluate(
            logits: Tensor([1, 2], shape: [1, 2]), labels: [0])
    }
}

@Test func `the gradient is the slope of the loss`() throws {
    let logits: [Float] = [1.5, -0.25, 0.5, -2, 0.75, 3]
    let teacher = Tensor([0.5, 1, -1, 2, 0.25, -0.5], shape: [2, 3])
    let objective = Objective(alpha: 0.6, temperature: 3)
    func loss(_ values: [Float]) throws -> (Double, Tensor) {
        try objective.evaluate(
            logits: Tensor(values, shape: [2, 3]), labels: [1, -1], teacher: teacher)
    }
    let gradient = try loss(logits).1
    for i in logits.indices {
        var (up, down) = (logits, logits)
        up[i] += 0x1p-8
        down[i] -= 0x1p-8
        let slope = (try loss(up).0 - loss(down).0) / 0x1p-7
        #expect(abs(slope - Double(gradient[i])) < 1e-5)
    }
}

@Test func `logits far apart give a finite loss`() throws {
    let (loss, gradient) = try Objective(alpha: 0.5, temperature: 1).evaluate(
        logits: Tensor([5000, -5000], shape: [1, 2]), labels: [1],
        teacher: Tensor([-5000, 5000], shape: [1, 2]))
    #expect(abs(loss - 10_000) < 1e-6)
    #expect(gradient.values == [1, -1])
}

@Test func `the cosine distance and its gradient equal PyTorch's`() throws {
    let known = try decoded(Losses.self, "losses.json").cosine
    let (distance, slope) = SentenceCosine.distance(known.a, known.b)
    #expect(abs(distance - known.distance) < 1e-12)
    expectClose(
        slope.map(Float.init), known.gradient, absolute: 1e-9, relative: 1.2e-7, "gradient")
    #expect(SentenceCosine.distance([0, 0], [1, 1]).1 == [0, 0])
}

@Test func `labels and teachers that do not fit are refused`() {
    let logits = Tensor([0, 0, 0, 0], shape: [2, 2])
    #expect(throws: TrainingError.labelOutOfRange(label: 2, row: 1, classes: 2)) {
        try Objective().evaluate(logits: logits, labels: [0, 2])
    }
    #expect(throws: TrainingError.mismatch(what: "labels", expected: 2, found: 1)) {
        try Objective().evaluate(logits: logits, labels: [0])
    }
    let teacher = Tensor([0, 0], shape: [2, 1])
    #expect(
        throws: TrainingError.mismatch(
            what: "columns of the teacher's logits", expected: 2, found: 1)
    ) {
        try Objective().evaluate(logits: logits, labels: [0, 1], teacher: teacher)
    }
}
