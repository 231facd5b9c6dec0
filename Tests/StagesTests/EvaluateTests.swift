import Datasets
import Foundation
import Tensors
import TestSupport
import Testing
import Training

@testable import EvaluateStage

/// Answers with fixed logits, whatever the text.
private struct Fixed: Candidate {
    var name = "int8"
    var labels = ["rotten", "fresh"]
    var parameters = 10
    var bytes = 4
    var scores: [String: [Float]]

    func logits(
        _ texts: [String], batchSize: Int, compute: Compute, progress: (Double) throws -> Void
    ) throws -> Tensor {
        try progress(1)
        return Tensor(texts.flatMap { scores[$0] ?? [0, 0] }, shape: [texts.count, 2])
    }

    func readsAlike(_ text: String, _ other: String) -> Bool { text == other }
}

private func examples() throws -> TestExamples {
    let rows = [
        Row(id: 3, text: "a", label: "rotten"), Row(id: 5, text: "b", label: "fresh"),
        Row(id: 8, text: "c", label: nil), Row(id: 9, text: "d", label: "fresh"),
    ]
    return try TestExamples(
        PreparedSplit(rows: rows, tokens: [[1], [1], [1], [1]], labels: [0, 1, -1, 1]))
}

private let parameters = EvaluateParameters(batchSize: 2, latencySentences: 2)

/// The examples, and three validation rows of which one has no label.
private func rows() throws -> EvaluationRows {
    let valid = PreparedSplit(
        rows: [Row(id: 1, text: "v"), Row(id: 2, text: "w"), Row(id: 4, text: "x")],
        tokens: [[1], [1], [1]], labels: [0, 1, -1])
    return EvaluationRows(
        test: try examples(), valid: ValidExamples(valid), parameters: parameters)
}

private func measure(_ candidate: Fixed) throws -> ModelResult {
    try ModelResult.measure(
        candidate, on: rows(), labels: ["rotten", "fresh"], parameters: parameters,
        compute: try Compute(threads: 1)
    ) { _ in }
}

private func summary(_ results: [ModelResult]) throws -> Summary {
    try Summary(
        EvaluationReport(
            results, examples: examples(), labels: ["rotten", "fresh"], parameters: parameters))
}

@Test func unlabelledRowsAreNotTestRows() throws {
    #expect(try examples().rows.map(\.id) == [3, 5, 9])
    let split = PreparedSplit(rows: [Row(id: 1, text: "a")], tokens: [[1]], labels: [-1])
    #expect(throws: EvaluateError.noTestRows(split: 1)) { try TestExamples(split) }
}

@Test func theLatencySampleIsSpreadOverTheSplit() throws {
    #expect(try examples().sample(2) == ["a", "b"])
    #expect(try examples().sample(99) == ["a", "b", "d"])
}

@Test func percentilesAreByNearestRank() {
    let times = (1...200).map(Double.init).shuffled()
    let speed = Speed(latencies: times, sentencesPerSecond: 1)
    #expect(speed.medianMilliseconds == 100)
    #expect(speed.p95Milliseconds == 190)
    #expect(Speed.percentile(95, of: [7]) == 7)
    #expect(Speed.percentile(50, of: []) == 0)
}

@Test func theSummaryComparesInt8WithTeacherAndPruned() throws {
    let right: [String: [Float]] = ["a": [1, 0], "b": [0, 1], "d": [0, 1]]
    let teacher = try measure(Fixed(name: "teacher", parameters: 100, bytes: 400, scores: right))
    let pruned = try measure(Fixed(name: "pruned", scores: right))
    let int8 = try measure(
        Fixed(name: "int8", bytes: 40, scores: ["a": [1, 0], "b": [1, 0], "d": [0, 1]]))
    let summary = try summary([teacher, pruned, int8])
    #expect(summary.sizeRatio == 10)
    #expect(summary.accuracyKept == 0.666667)
    #expect(summary.agreement == 0.666667)
    #expect(summary.models["int8"]?.accuracy == 0.666667)
    #expect(summary.models["teacher"]?.accuracy == 1)
}

@Test func aTeacherThatIsNeverRightGivesNoRatioInsteadOfInfinity() throws {
    let wrong: [String: [Float]] = ["a": [0, 1], "b": [1, 0], "d": [1, 0]]
    let teacher = try measure(Fixed(name: "teacher", scores: wrong))
    let int8 = try measure(Fixed(name: "int8", scores: wrong))
    #expect(try summary([teacher, int8]).accuracyKept == nil)
}

@Test func everyPredictionIsKeptWithItsProbabilities() throws {
    let folder = try TemporaryFolder()
    let result = try measure(Fixed(scores: ["a": [0, 0], "b": [1, 3], "d": [2, -1]]))
    let files = PredictionFiles(labels: ["rotten", "fresh"], rows: try examples().rows)
    try files.write([result], to: folder.file("evaluation"))

    let lines = try String(contentsOfFile: folder.file("evaluation/int8.jsonl"), encoding: .utf8)
    #expect(
        lines == """
            {"confidence":0.5,"id":3,"label":"rotten","predicted":"rotten","probabilities":{"fresh":0.5,"rotten":0.5}}
            {"confidence":0.880797,"id":5,"label":"fresh","predicted":"fresh","probabilities":{"fresh":0.880797,"rotten":0.119203}}
            {"confidence":0.952574,"id":9,"label":"fresh","predicted":"rotten","probabilities":{"fresh":0.047426,"rotten":0.952574}}

            """)
    let confusion = try String(
        contentsOfFile: folder.file("evaluation/confusion.json"), encoding: .utf8)
    #expect(
        confusion.filter { !$0.isWhitespace }
            == #"{"labels":["rotten","fresh"],"models":{"int8":[[1,0],[1,1]]}}"#)
}

@Test func aModelWithOtherLabelsIsRefused() throws {
    var candidate = Fixed(scores: [:])
    candidate.labels = ["fresh", "rotten"]
    #expect(
        throws: EvaluateError.labels(
            model: "int8", expected: ["rotten", "fresh"], found: ["fresh", "rotten"])
    ) { try measure(candidate) }
}

@Test func logitsThatAreNotNumbersAreAnError() throws {
    #expect(throws: TrainingError.self) { try measure(Fixed(scores: ["a": [.nan, 0]])) }
}

@Test func stoppingInTheMiddleStops() throws {
    #expect(throws: CancellationError.self) {
        try ModelResult.measure(
            Fixed(scores: [:]), on: rows(), labels: ["rotten", "fresh"],
            parameters: parameters, compute: try Compute(threads: 1)
        ) { _ in throw CancellationError() }
    }
}
