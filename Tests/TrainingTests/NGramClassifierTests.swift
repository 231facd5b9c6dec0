import Tensors
import TestSupport
import Testing

@testable import Training

private struct Known: Decodable {
    let texts: [String]
    let labels: [Int32]
    let labels3: [Int32]
    let penalty: Double
    let grams: [String]
    let new: [String]
    let rows: [[Double]]
    let decision: [Double]
    let decision3: [Double]

    func train(_ labels: [Int32], names: [String]) throws -> NGramClassifier {
        try NGramClassifier.train(
            texts: texts, classes: labels, validTexts: texts, validClasses: labels, labels: names,
            options: .init(penalties: [penalty]))
    }
}

@Test func `n-grams and their weights equal scikit-learn's`() throws {
    let known = try decoded(Known.self, "ngrams.json")
    let features = NGramFeatures(texts: known.texts, minimumDocuments: 2)
    #expect(features.count == known.grams.count)
    #expect(features.textBytes == known.grams.reduce(0) { $0 + $1.utf8.count })
    for (text, row) in zip(known.new, known.rows) {
        let found = features.row(text).map(\.value).sorted()
        #expect(found.count == row.count)
        for (f, e) in zip(found, row) { #expect(abs(f - e) < 1e-12) }
    }
}

@Test func `logits of two classes equal scikit-learn's`() throws {
    let known = try decoded(Known.self, "ngrams.json")
    let model = try known.train(known.labels, names: ["bad", "good"])
    #expect(model.parameterCount == known.grams.count + 1)
    for (text, expected) in zip(known.new, known.decision) {
        let logits = model.logits(text)
        #expect(abs(logits[1] - logits[0] - expected) < 1e-3)
    }
    #expect(model.logits(known.new).shape == [known.new.count, 2])
}

@Test func `logits of three classes equal scikit-learn's`() throws {
    let known = try decoded(Known.self, "ngrams.json")
    let model = try known.train(known.labels3, names: ["a", "b", "c"])
    let found = known.new.flatMap { Softmax.logs(model.logits($0)) }
    for (f, e) in zip(found, known.decision3) { #expect(abs(f - e) < 1e-3) }
}

@Test func `words are runs of two or more letters, digits or underscores`() {
    #expect(
        WordTokens.words("Don't STOP: x_y, a 42 ½² Été-ταινία") == [
            "don", "stop", "x_y", "42", "½²", "été", "ταινία",
        ])
    #expect(WordTokens.grams("one two three") == ["one", "two", "three", "one two", "two three"])
    #expect(WordTokens.grams("") == [])
}

@Test func `validation chooses the penalty, and training again gives the same bits`() throws {
    let known = try decoded(Known.self, "ngrams.json")
    func train() throws -> NGramClassifier {
        try NGramClassifier.train(
            texts: known.texts.dropLast(), classes: known.labels.dropLast(),
            validTexts: ["warm", "dull"], validClasses: [1, 0], labels: ["bad", "good"],
            options: .init(penalties: [1e-9, 3, 30]))
    }
    let (a, b) = (try train(), try train())
    #expect(a.penalty == 3)
    #expect(known.texts.allSatisfy { a.logits($0) == b.logits($0) })
}

@Test func `a linear model without examples, labels or classes is refused`() {
    func train(_ texts: [String], _ classes: [Int32], _ names: [String] = ["a", "b"]) throws {
        _ = try NGramClassifier.train(
            texts: texts, classes: classes, validTexts: ["x"], validClasses: [0], labels: names)
    }
    #expect(throws: TrainingError.noLabels(what: "training")) { try train([], []) }
    #expect(throws: TrainingError.noLabels(what: "training")) { try train(["x"], [-1]) }
    #expect(throws: TrainingError.self) { try train(["x"], [0], ["only"]) }
    #expect(throws: TrainingError.labelOutOfRange(label: 2, row: 0, classes: 2)) {
        try train(["x"], [2])
    }
}

@Test func `texts without any n-gram still give a model`() throws {
    let model = try NGramClassifier.train(
        texts: ["", "!"], classes: [0, 1], validTexts: [""], validClasses: [0], labels: ["a", "b"])
    #expect(model.logits("anything").allSatisfy { $0.isFinite })
}
