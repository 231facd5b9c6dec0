import Compression
import Datasets
import Foundation
import Models
import PackageStage
import Pipelines
import StageKit
import Tensors
import TestSupport
import Testing
import Tokenizers

@testable import EvaluateStage

/// Prepared data and four tiny untrained models, as the stages before `evaluate` leave them.
private struct TinyProject {
    let folder: TemporaryFolder

    private static let words = ["good", "bad", "film", "story", "cast", "dull", "warm", "long"]
    private static let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            (Self.specials + Self.words).joined(separator: "\n") + "\n", to: "vocabulary/vocab.txt")
        let tokenizer = try WordPieceTokenizer(folder: folder.file("vocabulary"))
        try prepare(tokenizer)

        let config = EncoderConfig(
            vocabularySize: tokenizer.vocabulary.count, hiddenSize: 16, headSize: 8,
            layers: [LayerShape(heads: 2, intermediate: 32)], maximumPositions: 12)
        for (seed, name) in ["teacher", "student", "pruned"].enumerated() {
            let model = try Classifier.initial(
                config: config, pooling: .mean, labels: ["bad", "good"], seed: UInt64(seed))
            // Wide enough for predictions that rounding does not turn. With its sign the pruned
            // one is better than chance, so that it has a temperature.
            let head = model.parameters["classifier.weight"]
            for index in 0..<head.count { head[index] *= name == "pruned" ? -200 : 200 }
            try SparseCheckpoint.save(model, to: folder.file(name))
            try tokenizer.write(to: folder.file(name))
            guard name == "pruned" else { continue }
            try FileManager.default.createDirectory(
                atPath: folder.file("int8"), withIntermediateDirectories: true)
            try QuantizedClassifier.quantize(model).save(to: folder.file("int8"))
            try tokenizer.write(to: folder.file("int8"))
        }
    }

    private func prepare(_ tokenizer: WordPieceTokenizer) throws {
        let rows = (0..<120).map { index in
            let words = [0, 3, 5].map { Self.words[(index * (2 * $0 + 1) + $0) % Self.words.count] }
            return Row(
                id: index + 1, text: words.joined(separator: " ") + " \(index)",
                label: index.isMultiple(of: 3) ? "bad" : "good", group: "film \(index)")
        }
        let split = try SplitRows(
            labelled: rows, unlabelled: [],
            rule: try SplitRule(train: [0, 59], valid: [80, 99], test: [60, 79]), limit: nil,
            sentences: false)
        try Preparation(split, labels: ["bad", "good"], tokenizer: tokenizer, maximumLength: 12)
            .write(to: folder.file("prepared"), rejections: [])
    }

    func evaluate(threads: Int, into out: String) async throws {
        let deps = ["prepared", "teacher", "student", "pruned", "int8"].map {
            ("models/\($0)", folder.file($0))
        }
        try folder.write("", to: "\(out)/.keep")
        try await Evaluate().run(
            StageContext(
                stage: "evaluate", threads: threads, deps: Dictionary(uniqueKeysWithValues: deps),
                outs: [
                    "evaluation": folder.file("\(out)/evaluation"),
                    "metrics/evaluate.json": folder.file("\(out)/evaluate.json"),
                    "metrics/speed.json": folder.file("\(out)/speed.json"),
                ],
                parameters: .map([
                    "evaluate": .map(["batch_size": .int(4), "latency_sentences": .int(3)])
                ])))
    }

    func package(from out: String) async throws -> String {
        let path = folder.file("\(out)/package")
        try await Package().run(
            StageContext(
                stage: "package", threads: 1,
                deps: [
                    "models/int8": folder.file("int8"),
                    "metrics/evaluate.json": folder.file("\(out)/evaluate.json"),
                ],
                outs: ["package": path],
                parameters: .map([
                    "package": .map([
                        "name": .string("tiny"), "language": .string("en"),
                        "license": .string("mit"),
                    ])
                ])))
        return path
    }

    func data(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder.file(path)))
    }
}

@Test func allModelsAreScoredAndTheBytesDoNotDependOnThreads() async throws {
    let project = try TinyProject()
    try await project.evaluate(threads: 1, into: "one")
    try await project.evaluate(threads: 2, into: "two")
    let names = ["linear", "teacher", "student", "pruned", "int8"]
    for file in [
        "evaluate.json", "evaluation/confusion.json", "evaluation/comparisons.json",
        "evaluation/flips.csv", "evaluation/slices.csv", "evaluation/altered.csv",
        "evaluation/reliability/int8.csv", "evaluation/reliability/int8-calibrated.csv",
    ]
        + names.map({ "evaluation/\($0).jsonl" })
    {
        #expect(try project.data("one/\(file)") == project.data("two/\(file)"), "\(file)")
    }

    let metrics = try #require(
        try JSONSerialization.jsonObject(with: project.data("one/evaluate.json"))
            as? [String: Any])
    #expect(
        metrics.keys.sorted() == [
            "accuracy_kept", "against", "design", "int8_agreement", "models", "size_ratio",
            "test_rows",
        ])
    let models = try #require(metrics["models"] as? [String: [String: Any]])
    #expect(models.keys.sorted() == names.sorted())
    for (name, values) in models {
        #expect(
            values.keys.filter { $0 != "calibrated" }.sorted() == [
                "accuracy", "accuracy_interval", "accuracy_interval_by_unit", "altered", "brier",
                "bytes", "ece", "macro_f1", "macro_f1_interval", "nll", "parameters",
            ],
            "\(name)")
    }
    #expect(models["int8"]?["calibrated"] != nil)
    let rows = try #require(metrics["test_rows"] as? Int)
    #expect(rows > 5)
    let lines = try project.data("one/evaluation/int8.jsonl").split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == rows)

    let int8 = try project.data("int8/model.safetensors").count
    let parameters = try #require(models["teacher"]?["parameters"] as? Int)
    let ratio = try #require(metrics["size_ratio"] as? Double)
    #expect(abs(ratio - 4 * Double(parameters) / Double(int8)) < 1e-6)
}

@Test func thePackagePredictsWhatWasEvaluated() async throws {
    struct Line: Decodable {
        var id: Int
        var predicted: String
        /// After the temperature, which the package has.
        var confidence: Double
    }
    struct Calibration: Decodable { var temperature: Double }
    let project = try TinyProject()
    try await project.evaluate(threads: 1, into: "one")
    let package = try await project.package(from: "one")
    let predictor = try Predictor(package: package)
    let calibration = try JSONDecoder().decode(
        Calibration.self, from: try project.data("one/package/calibration.json"))
    #expect(calibration.temperature > 0 && calibration.temperature != 1)
    let lines = try project.data("one/evaluation/int8.jsonl").split(separator: UInt8(ascii: "\n"))
        .map { try JSONDecoder().decode(Line.self, from: $0) }
    let rows = try PreparedData(folder: project.folder.file("prepared")).split(.test).rows
    let texts = try lines.map { line in
        try #require(rows.first { $0.id == line.id }).text
    }
    let predictions = try predictor.predict(texts, compute: try Compute(threads: 2))
    #expect(predictions.map(\.label) == lines.map(\.predicted))
    for (prediction, line) in zip(predictions, lines) {
        #expect(abs(prediction.score - line.confidence) < 1e-5)
    }
    #expect(try predictor.predict([], compute: try Compute(threads: 1)).isEmpty)
    #expect(try predictor.predict([""], compute: try Compute(threads: 1)).count == 1)
}
