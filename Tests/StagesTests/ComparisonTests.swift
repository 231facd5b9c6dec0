import Datasets
import Foundation
import Models
import Statistics
import StageKit
import Tensors
import TestSupport
import Testing
import Training

@testable import EvaluateStage

/// Answers by the text's own number: logits follow from a list of classes.
private struct Listed: Candidate {
    var name: String
    var labels = ["bad", "good"]
    var parameters = 10
    var bytes = 4
    /// Class and sureness by text; texts that are not listed are class 0 with 1.
    var answers: [String: (Int, Float)]

    func logits(
        _ texts: [String], batchSize: Int, compute: Compute, progress: (Double) throws -> Void
    ) throws -> Tensor {
        let rows = texts.map { text in
            let (label, sure) = answers[text] ?? (0, 1)
            return label == 0 ? [sure, 0] : [0, sure]
        }
        return Tensor(rows.flatMap(\.self), shape: [texts.count, 2])
    }

    func readsAlike(_ text: String, _ other: String) -> Bool { text == other }
}

/// Sixty rows in six groups, the first half of class 0; row i has i / 10 + 1 words.
private struct Scene {
    let texts: [String]
    let rows: EvaluationRows
    var parameters = EvaluateParameters(batchSize: 8, latencySentences: 1)

    init() throws {
        texts = (0..<60).map { i in
            (["row\(i)"] + Array(repeating: "and", count: i / 10)).joined(separator: " ")
        }
        let examples = texts.enumerated().map { i, text in
            Row(id: 100 + i, text: text, label: i < 30 ? "bad" : "good", group: "g\(i % 6)")
        }
        let labels: [Int32] = (0..<60).map { $0 < 30 ? 0 : 1 }
        let empty = Array(repeating: [Int32(1)], count: 60)
        let split = PreparedSplit(rows: examples, tokens: empty, labels: labels)
        let valid = (0..<10).map { Row(id: $0, text: "valid\($0)") }
        parameters.slices.minimumRows = 10
        rows = EvaluationRows(
            test: try TestExamples(split),
            valid: ValidExamples(
                PreparedSplit(
                    rows: valid, tokens: Array(empty.prefix(10)),
                    labels: [0, 1, 0, 1, 0, 1, 0, 1, 0, 0])),
            parameters: parameters)
    }

    /// A model that is wrong on the given rows, and right on eight of the ten validation rows.
    func result(_ name: String, wrong: Set<Int>, sure: Float = 4) throws -> ModelResult {
        var answers: [String: (Int, Float)] = [:]
        for (i, text) in texts.enumerated() {
            let label = i < 30 ? 0 : 1
            answers[text] = (wrong.contains(i) ? 1 - label : label, sure + Float(i) / 100)
        }
        for i in 0..<10 { answers["valid\(i)"] = ([0, 1, 0, 1, 0, 1, 0, 1, 1, 1][i], sure) }
        return try ModelResult.measure(
            Listed(name: name, answers: answers), on: rows, labels: ["bad", "good"],
            parameters: parameters, compute: try Compute(threads: 1)
        ) { _ in }
    }

    func report(_ results: [ModelResult]) throws -> EvaluationReport {
        try EvaluationReport(
            results, examples: rows.test, labels: ["bad", "good"], parameters: parameters)
    }
}

@Test func everyOtherModelIsComparedWithTheReference() throws {
    let scene = try Scene()
    let report = try scene.report([
        scene.result("linear", wrong: [1, 2, 3, 4, 5, 6, 7, 8, 9, 40]),
        scene.result("teacher", wrong: [9, 59]), scene.result("int8", wrong: [9, 10]),
    ])
    #expect(report.comparisons.map(\.model.name) == ["linear", "int8"])
    let linear = report.comparisons[0], int8 = report.comparisons[1]
    #expect(linear.outcomes == (try PairedOutcomes(both: 49, gained: 1, lost: 9, neither: 1)))
    #expect(int8.outcomes == (try PairedOutcomes(both: 57, gained: 1, lost: 1, neither: 1)))
    // 2 · (1 + 10) / 1024 for one of ten; of two tests the smaller counts twice.
    #expect(abs(linear.exact - 22.0 / 1024) < 1e-12)
    #expect(abs(linear.corrected - 44.0 / 1024) < 1e-12)
    #expect(int8.exact == 1 && int8.corrected == 1)
    #expect(linear.interval.contains(-8.0 / 60) && linear.interval.high < 0)
    #expect(linear.intervalByUnit.contains(-8.0 / 60))
    #expect(linear.nonInferiority.verdict == .fail)
    #expect(int8.nonInferiority.verdict.word == "inconclusive")
    #expect((int8.nonInferiority.verdict.rowsNeeded ?? 0) > 60)
}

@Test func slicesAreCutByLengthClassAndGroupAndCorrected() throws {
    var scene = try Scene()
    scene.parameters.slices = .init(lengthBins: 3, minimumRows: 11)
    let report = try scene.report([
        scene.result("teacher", wrong: []), scene.result("int8", wrong: Set(0..<10)),
    ])
    // Groups have ten rows each, one too few.
    #expect(report.slices.leftOut == 6)
    #expect(
        report.slices.all.map(\.name) == ["1-2 words", "3-4 words", "5-6 words", "bad", "good"])
    #expect(report.slices.all.map(\.rows.count) == [20, 20, 20, 30, 30])
    let slices = report.comparisons[0].slices
    #expect(slices.map(\.outcomes.lost) == [10, 0, 0, 10, 0])
    // Two tests with p = 2/1024 among five: times five, and not below that times four.
    let exact = 2.0 / 1024
    let expected = [exact, 1, 1, exact, 1]
    for (slice, p) in zip(slices, expected) {
        #expect(abs(slice.exact - p) < 1e-12)
        #expect(abs(slice.corrected - min(1, 5 * p)) < 1e-12)
    }
    #expect(report.comparisons[0].slicesThatDiffer(alpha: 0.05) == 2)
}

@Test func equalLengthsStayInOneSlice() throws {
    let rows = (0..<30).map { Row(id: $0, text: $0 < 5 ? "a b" : "a b c d", label: "bad") }
    let examples = try TestExamples(
        PreparedSplit(
            rows: rows, tokens: Array(repeating: [1], count: 30),
            labels: Array(repeating: 0, count: 30)))
    let slices = Slices(
        examples, labels: ["bad", "good"], parameters: .init(lengthBins: 3, minimumRows: 1))
    #expect(slices.all.map(\.name) == ["2 words", "4 words", "bad"])
    #expect(slices.all.map(\.rows.count) == [5, 25, 30])
    #expect(slices.leftOut == 0)
}

@Test func flipsAreListedInBothDirections() throws {
    let scene = try Scene()
    let report = try scene.report([
        scene.result("teacher", wrong: [9, 59]), scene.result("int8", wrong: [9, 10, 31]),
    ])
    let folder = try TemporaryFolder()
    try PredictionFiles(labels: report.labels, rows: report.examples.rows)
        .write(report.results, to: folder.file("evaluation"))
    try ComparisonFiles(report: report).write(to: folder.file("evaluation"))
    func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: folder.file("evaluation/\(name)"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }
    let flips = try lines("flips.csv")
    #expect(flips.count == 4)
    // The surest first; both models are as sure of a row as their temperature lets them.
    #expect(flips[1].hasPrefix("int8,lost,131,good,good,"))
    #expect(flips[1].hasSuffix(",row31 and and and"))
    #expect(flips[2].hasPrefix("int8,lost,110,bad,bad,"))
    #expect(flips[3].hasPrefix("int8,gained,159,good,bad,"))
    #expect(try lines("slices.csv").count == 1 + report.slices.all.count)
    #expect(try lines("altered.csv").count == 1 + 2 * Alteration.allCases.count)
    let verdicts = try String(
        contentsOfFile: folder.file("evaluation/comparisons.json"), encoding: .utf8)
    #expect(verdicts.contains(#""verdict" : "inconclusive""#))
    #expect(verdicts.contains(#""rows_needed""#))
}

@Test func temperaturesAreFittedOnValidationRowsAlone() throws {
    let scene = try Scene()
    // Eight of ten right with equal sureness s: the best probability is 0.8, so T = s / ln 4.
    let perfect = try scene.result("teacher", wrong: [])
    let hopeless = try scene.result("teacher", wrong: Set(0..<60))
    let expected = 4 / log(4.0)
    #expect(abs((perfect.temperature ?? 0) - expected) < 1e-9)
    // Whatever the test rows are like.
    #expect(hopeless.temperature == perfect.temperature)
    let blank = EvaluationRows(
        test: scene.rows.test,
        valid: ValidExamples(PreparedSplit(rows: [], tokens: [], labels: [])),
        parameters: scene.parameters)
    let without = try ModelResult.measure(
        Listed(name: "teacher", answers: [:]), on: blank, labels: ["bad", "good"],
        parameters: scene.parameters, compute: try Compute(threads: 1)
    ) { _ in }
    #expect(without.temperature == nil)
    #expect(without.confidences == zip(without.probabilities, without.predicted).map { $0[$1] })
}

@Test func validationRowsThatAreAllRightDetermineNoTemperature() throws {
    let scene = try Scene()
    let valid = ValidExamples(
        PreparedSplit(
            rows: [Row(id: 1, text: "row0"), Row(id: 2, text: "row59 and and and and and")],
            tokens: [[1], [1]], labels: [0, 1]))
    let rows = EvaluationRows(test: scene.rows.test, valid: valid, parameters: scene.parameters)
    let candidate = Listed(
        name: "teacher",
        answers: ["row0": (0, 3), "row59 and and and and and": (1, 2)])
    let result = try ModelResult.measure(
        candidate, on: rows, labels: ["bad", "good"], parameters: scene.parameters,
        compute: try Compute(threads: 1)
    ) { _ in }
    #expect(result.temperature == nil)
    let summary = try Summary(try scene.report([result]))
    #expect(summary.models["teacher"]?.calibrated == nil)
}

@Test func reliabilityFilesHoldTheBinsThatTheErrorsAreMadeOf() throws {
    let scene = try Scene()
    let report = try scene.report([
        scene.result("teacher", wrong: [3, 44]), scene.result("int8", wrong: [9], sure: 0.5),
    ])
    let folder = try TemporaryFolder()
    try ReliabilityFiles(report: report).write(to: folder.file("evaluation"))
    let summary = try Summary(report)
    for (file, expected) in [
        ("teacher", summary.models["teacher"]?.calibrationError),
        ("teacher-calibrated", summary.models["teacher"]?.calibrated?.calibrationError),
        ("int8-calibrated", summary.models["int8"]?.calibrated?.calibrationError),
    ] {
        let text = try String(
            contentsOfFile: folder.file("evaluation/reliability/\(file).csv"), encoding: .utf8)
        let bins = text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").compactMap { Double($0) }
        }
        #expect(bins.reduce(0) { $0 + $1[2] } == 60)
        let error = bins.reduce(0) { $0 + $1[2] * abs($1[3] - $1[4]) } / 60
        #expect(abs(error - (expected ?? -1)) < 2e-6, "\(file)")
    }
    let picture = try String(
        contentsOfFile: folder.file("evaluation/reliability/teacher.svg"), encoding: .utf8)
    let points = try ["teacher", "teacher-calibrated"].map { name in
        try String(
            contentsOfFile: folder.file("evaluation/reliability/\(name).csv"), encoding: .utf8
        )
        .split(separator: "\n").count - 1
    }
    #expect(picture.split(separator: "<circle").count - 1 == points.reduce(0, +))
}

@Test func theSummaryHasIntervalsAroundItsNumbers() throws {
    let scene = try Scene()
    let summary = try Summary(
        try scene.report([
            scene.result("teacher", wrong: [9, 59]), scene.result("int8", wrong: [9, 10, 31]),
        ]))
    let int8 = try #require(summary.models["int8"])
    #expect(int8.accuracyInterval.low < 0.95 && int8.accuracyInterval.high > 0.95)
    #expect(int8.accuracyIntervalByUnit.low <= 0.95 && int8.accuracyIntervalByUnit.high >= 0.95)
    #expect(int8.macroF1Interval.low < int8.macroF1 && int8.macroF1Interval.high > int8.macroF1)
    #expect(int8.altered.keys.sorted() == ["lower", "typos", "upper"])
    let against = try #require(summary.against["teacher"]?["int8"])
    #expect(against.gained == 1 && against.lost == 2 && against.verdict == 0)
    #expect(abs(against.difference + 1.0 / 60) < 1e-6)
    #expect(summary.design.margin == 1.5 && summary.testRows == 60)
}

@Test func groupsAreDrawnAsOne() throws {
    let rows = [
        Row(id: 1, text: "a", group: "x"), Row(id: 2, text: "b"), Row(id: 3, text: "c", group: "x"),
        Row(id: 4, text: "d", group: "y"), Row(id: 5, text: "e"),
    ]
    #expect(RowUnits(rows, unit: .group).rows == [[0, 2], [1], [3], [4]])
    #expect(RowUnits(rows, unit: .row).rows == [[0], [1], [2], [3], [4]])
}

@Test func pointsOfADiagramLieWhereTheirBinsAre() throws {
    let diagram = ReliabilityDiagram(
        title: "a < b & c",
        series: [
            .init(
                name: "one", colour: "red",
                reliability: try Reliability(
                    confidences: [0.5, 0.5, 1, 1], right: [true, false, true, true], bins: 2))
        ])
    let text = diagram.text
    #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
    #expect(text.contains(">a &lt; b &amp; c</text>"))
    // The middle of 56…476 for a half, its right and upper end for 1.
    #expect(text.contains("points=\"266,266 476,56\""))
    #expect(text.contains("one, ECE 0</text>"))
}
