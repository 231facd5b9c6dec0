import Foundation
import ParamValues
import Pipelines
import StageKit
import TestSupport
import Testing

@testable import PackageStage

/// A small project with everything that the package stage reads.
private struct Project {
    let folder: TemporaryFolder
    var out: String { folder.file("out/package") }

    init(scores: String = Project.scores) throws {
        folder = try TemporaryFolder()
        try folder.write(
            #"{"id2label": {"1": "fresh", "0": "rotten"}, "max_position_embeddings": 64}"#,
            to: "int8/config.json")
        try folder.write([1, 2, 3, 255], to: "int8/model.safetensors")
        try folder.write("[PAD]\n", to: "int8/vocab.txt")
        try folder.write(scores, to: "metrics/evaluate.json")
        try folder.write(
            #"{"train_rows": 10227, "valid_rows": 968, "test_rows": 1557, "other": [1]}"#,
            to: "metrics/preprocess.json")
        try folder.write("", to: "out/.keep")
    }

    static let scores = """
        {"models": {"linear": {"accuracy": 0.778, "macro_f1": 0.764, "ece": 0.03, "bytes": 5, \
        "parameters": 9}, "int8": {"accuracy": 0.84, "macro_f1": 0.835, "ece": 0.0512, \
        "bytes": 8500000, "parameters": 8000000}}, "test_rows": 1557, "size_ratio": 10.62, \
        "accuracy_kept": 0.984, "int8_agreement": 0.99}
        """

    static func parameters(name: String = "reviews") -> ParamValue {
        .map([
            "package": .map([
                "name": .string(name), "language": .string("en"), "license": .string("mit"),
            ]),
            "data": .map(["file": .string("data/raw/reviews.csv")]),
            "encoder": .map(["path": .string("data/raw/encoder")]),
        ])
    }

    func context(_ parameters: ParamValue = Project.parameters()) -> StageContext {
        StageContext(
            stage: "package", threads: 1,
            deps: [
                "models/int8": folder.file("int8"),
                "metrics/evaluate.json": folder.file("metrics/evaluate.json"),
                "metrics/preprocess.json": folder.file("metrics/preprocess.json"),
            ],
            outs: ["package": out], parameters: parameters,
            provenance: [
                ProvenanceRecord(
                    stage: "quantize", action: "module quantize", code: "c0de",
                    parameters: ["quantize.embedding_bits": "8"],
                    deps: ["models/pruned": "aa"], outs: ["models/int8": "bb"])
            ])
    }

    func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(out)/\(file)", encoding: .utf8)
    }
}

@Test func thePackageHoldsTheModelACardAndAManifestOfEveryFile() async throws {
    let project = try Project()
    try await Package().run(project.context())

    let manifest = try #require(
        try JSONSerialization.jsonObject(with: Data(try project.text("manifest.json").utf8))
            as? [String: Any])
    let files = try #require(manifest["files"] as? [String: [String: Any]])
    #expect(
        files.keys.sorted() == [
            "README.md", "config.json", "labels.json", "model.safetensors", "vocab.txt",
        ])
    #expect(files["model.safetensors"]?["size"] as? Int == 4)
    // sha256sum of the bytes 1 2 3 255.
    #expect(
        files["model.safetensors"]?["sha256"] as? String
            == "3e6f9aae16382bf563d8991b6da1b92213911f0dd5deea3ecaccf2f35a56794a")
    let stages = try #require(manifest["stages"] as? [[String: Any]])
    #expect(stages.first?["code"] as? String == "c0de")
    #expect((stages.first?["inputs"] as? [String: String]) == ["models/pruned": "aa"])
    #expect(
        (stages.first?["parameters"] as? [String: String]) == ["quantize.embedding_bits": "8"])
}

@Test func labelsComeInIndexOrder() async throws {
    let project = try Project()
    try await Package().run(project.context())
    let labels = try JSONDecoder().decode(
        [String].self, from: Data(try project.text("labels.json").utf8))
    #expect(labels == ["rotten", "fresh"])
}

@Test func theCardSaysInHowManyBitsTheWeightsAre() async throws {
    for (bits, words) in [(4, "quantized to INT4 weights"), (8, "quantized to INT8 weights")] {
        let project = try Project()
        try project.folder.write(
            #"{"id2label": {"0": "a", "1": "b"}, "quantization_config": {"bits": \#(bits)}}"#,
            to: "int8/config.json")
        try await Package().run(project.context())
        #expect(try project.text("README.md").contains(words))
    }
}

@Test func theCardShowsThisRunsNumbers() async throws {
    let project = try Project()
    try await Package().run(project.context())
    let card = try project.text("README.md")
    #expect(card.hasPrefix("---\nlanguage: \"en\"\nlicense: \"mit\"\n"))
    #expect(card.contains("| int8 | 84.0 % | 83.5 % | 0.051 | 8000000 | 8500000 |"))
    #expect(card.contains("| train | 10227 |"))
    #expect(card.contains("10.6 times smaller"))
    #expect(card.contains("keeps 98.4 % of its test accuracy"))
    #expect(card.contains("One standard error of the accuracy on 1557 rows is 0.9 points"))
    #expect(card.contains("on 1.0 % of the test rows"))
    // The table's order is fixed, not that of a dictionary.
    let linear = try #require(card.range(of: "| linear |"))
    let int8 = try #require(card.range(of: "| int8 |"))
    #expect(linear.lowerBound < int8.lowerBound)
}

@Test func theSameInputsGiveTheSamePackage() async throws {
    let first = try Project()
    let second = try Project()
    try await Package().run(first.context())
    try await Package().run(second.context())
    for file in ["README.md", "manifest.json", "labels.json", "config.json"] {
        #expect(try first.text(file) == second.text(file))
    }
    #expect(!(try first.text("manifest.json")).contains(first.folder.path))
}

@Test func quotesInTheNameStayInsideTheFrontMatter() async throws {
    let project = try Project()
    try await Package().run(project.context(Project.parameters(name: #"a "b" \ c"#)))
    #expect(try project.text("README.md").contains(#"  - name: "a \"b\" \\ c""#))
}

@Test func metricsWithoutAKeySayWhichFileAndWhichKey() async throws {
    let project = try Project(scores: #"{"models": {"int8": {"accuracy": 1}}, "test_rows": 3}"#)
    let error = await #expect(throws: PackageError.self) {
        try await Package().run(project.context())
    }
    let message = error?.description ?? ""
    #expect(message.contains("metrics/evaluate.json: 'models.int8."))
    #expect(message.contains("is missing"))
}

@Test func labelsThatAreNotNumberedFromZeroAreRefused() async throws {
    let project = try Project()
    try project.folder.write(
        #"{"id2label": {"0": "rotten", "2": "fresh"}}"#, to: "int8/config.json")
    let error = await #expect(throws: PackageError.self) {
        try await Package().run(project.context())
    }
    #expect(error?.description.contains("found:    0, 2") == true)
}

@Test func anEmptyNameIsRefusedByItsKey() async throws {
    let project = try Project()
    await #expect(throws: PackageError.emptyParameter(key: "package.name", found: " ")) {
        try await Package().run(project.context(Project.parameters(name: " ")))
    }
}

@Test func aSymbolicLinkInTheModelFolderIsRefused() async throws {
    let project = try Project()
    try FileManager.default.createSymbolicLink(
        atPath: project.folder.file("int8/link"), withDestinationPath: "/etc/hostname")
    await #expect(throws: PackageError.notRegular(file: project.folder.file("int8/link"))) {
        try await Package().run(project.context())
    }
}

/// Scores with what evaluations state beyond plain numbers.
private func scores(verdict: Int, needed: String = "null") -> String {
    """
    {"models": {"int8": {"accuracy": 0.84, "accuracy_interval": {"low": 0.821, "high": 0.8575}, \
    "macro_f1": 0.835, "macro_f1_interval": {"low": 0.81, "high": 0.86}, "ece": 0.0946, \
    "calibrated": {"temperature": 1.7342, "ece": 0.021, "nll": 0.4, "brier": 0.2}, \
    "altered": {"typos": 0.803}, "bytes": 8500000, "parameters": 8000000}}, \
    "against": {"teacher": {"int8": {"difference": -0.00835, "interval": {"low": -0.023, \
    "high": 0.0061}, "gained": 60, "lost": 73, "mcnemar_p": 0.3, "mcnemar_p_holm": 0.6, \
    "worse_p": 0.18, "verdict": \(verdict), "rows_needed": \(needed)}}}, \
    "design": {"margin": 1.5, "alpha": 0.05, "power": 0.8, "confidence": 0.95, "typos": 0.1}, \
    "test_rows": 1557, "size_ratio": 10.62, "accuracy_kept": 0.984, "int8_agreement": 0.99}
    """
}

@Test func theCardStatesIntervalsAndTheVerdict() async throws {
    let project = try Project(scores: scores(verdict: 0, needed: "11916"))
    try await Package().run(project.context())
    let card = try project.text("README.md")
    #expect(card.contains("| int8 | 84.0 % (82.1 to 85.8) | 83.5 % (81.0 to 86.0) | 0.095 |"))
    #expect(card.contains("with 95 % intervals"))
    #expect(card.contains("## Compared with `teacher`"))
    #expect(card.contains("−0.8 points (95 % interval −2.3 to +0.6)"))
    #expect(card.contains("60 rows gained, 73 lost"))
    #expect(card.contains("**Inconclusive: "))
    #expect(card.contains("About 11916 rows would decide."))
    #expect(card.contains("typo in 10 % of the longer words its accuracy is 80.3 %"))
    #expect(card.contains("a temperature of 1.73"))
}

@Test(arguments: [(1, "**Pass: proven to lose less than 1.5 points"), (-1, "**Fail: proven")])
func aDecidedVerdictSaysSo(verdict: Int, words: String) async throws {
    let project = try Project(scores: scores(verdict: verdict))
    try await Package().run(project.context())
    #expect(try project.text("README.md").contains(words))
}

@Test func theTemperatureIsPackagedAndListed() async throws {
    let project = try Project(scores: scores(verdict: 1))
    try await Package().run(project.context())
    #expect(try project.text("calibration.json").contains(#""temperature" : 1.7342"#))
    #expect(try project.text("manifest.json").contains(#""calibration.json" : {"#))
    // Scores of a validation split without labels have none.
    let plain = try Project()
    try await Package().run(plain.context())
    #expect(throws: (any Error).self) { try plain.text("calibration.json") }
    #expect(!(try plain.text("README.md")).contains("## Compared with"))
}
