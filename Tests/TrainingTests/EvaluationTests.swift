import Tensors
import TestSupport
import Testing
import Training

private struct Known: Decodable {
    let classes: Int
    let labels: [Int32]
    let logits: [Float]
    let accuracy: Double
    let macroF1: Double
    let confusion: [[Int]]
    let calibrationError: Double
    let brier: Double
    let nll: Double
}

@Test func `metrics equal scikit-learn's`() throws {
    for known in try decoded([Known].self, "metrics.json") {
        let found = try Evaluation(
            logits: Tensor(known.logits, shape: [known.labels.count, known.classes]),
            labels: known.labels)
        #expect(found.count == known.labels.count)
        #expect(found.confusion == known.confusion)
        #expect(abs(found.accuracy - known.accuracy) < 1e-12)
        #expect(abs(found.macroF1 - known.macroF1) < 1e-12)
        #expect(abs(found.calibrationError - known.calibrationError) < 1e-9)
        #expect(abs(found.brier - known.brier) < 1e-9)
        #expect(abs(found.negativeLogLikelihood - known.nll) < 1e-9)
    }
}

@Test func `rows without a label are left out of the metrics`() throws {
    let logits = Tensor([2, 0, 0, 2, .nan, .nan], shape: [3, 2])
    let found = try Evaluation(logits: logits, labels: [0, 0, -1])
    #expect(found.count == 2)
    #expect(found.accuracy == 0.5)
    #expect(found.confusion == [[1, 1], [0, 0]])
}

@Test func `of equal logits the first class is the prediction`() throws {
    let found = try Evaluation(logits: Tensor([1, 1], shape: [1, 2]), labels: [1])
    #expect(found.confusion == [[0, 0], [1, 0]])
}

@Test func `metrics of impossible input are errors`() {
    let logits = Tensor([0, .nan], shape: [1, 2])
    #expect(throws: TrainingError.notFinite(what: "the logits", row: 0)) {
        try Evaluation(logits: logits, labels: [0])
    }
    #expect(throws: TrainingError.noLabels(what: "evaluation")) {
        try Evaluation(logits: logits, labels: [-1])
    }
    #expect(throws: TrainingError.labelOutOfRange(label: -2, row: 0, classes: 2)) {
        try Evaluation(logits: logits, labels: [-2])
    }
    #expect(throws: TrainingError.mismatch(what: "logits", expected: 2, found: 1)) {
        try Evaluation(logits: logits, labels: [0, 1])
    }
}
