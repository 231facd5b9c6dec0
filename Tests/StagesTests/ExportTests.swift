import Compression
import Foundation
import Models
import ONNX
import ParamValues
import Pipelines
import StageKit
import Tensors
import Testing
import Tokenizers

@testable import ExportStage

private func parameters(
    float32: Bool = true, dynamic: Bool = true, method: String? = "minmax", rows: Int = 24
) -> ParamValue {
    let calibration = method.map {
        ParamValue.map([
            "method": .string($0), "percentile": .double(99.9), "rows": .int(rows),
        ])
    }
    return .map([
        "export": .map([
            "float32": .bool(float32), "dynamic": .bool(dynamic), "static": calibration ?? .null,
        ])
    ])
}

private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    let vocabulary = try WordPieceTokenizer(folder: "\(world.prepared)/tokenizer")
    let model = try Classifier.initial(
        config: EncoderConfig(
            vocabularySize: vocabulary.vocabulary.count, hiddenSize: 16, headSize: 4,
            layers: [LayerShape(heads: 2, intermediate: 12)], maximumPositions: 16),
        pooling: .mean, labels: ["bad", "good"], seed: 4)
    try SparseCheckpoint.save(model, to: world.folder.file("models/pruned"))
    try vocabulary.write(to: world.folder.file("models/pruned"))
    try QuantizedClassifier.quantize(model).save(to: world.folder.file("models/int8"))
    return world
}

private func run(
    _ world: TinyWorld, _ run: String, _ parameters: ParamValue, threads: Int = 1
) async throws {
    let context = try world.context(
        "export", run: run, deps: ["data/prepared", "models/pruned", "models/int8"],
        outs: ["onnx", "metrics/export.json"], parameters: parameters, threads: threads,
        provenance: [
            ProvenanceRecord(
                stage: "prune", action: "module prune", code: "c0de", parameters: [:],
                deps: ["data/prepared": "aa"], outs: ["models/pruned": "bb"])
        ])
    try await Export().run(context)
}

@Test func exportWritesEveryFormWithItsOriginAndItsAnswers() async throws {
    let world = try world()
    try await run(world, "a", parameters())
    let files = try world.files("a/onnx")
    #expect(
        files.keys.sorted() == [
            "config.json", "expected.safetensors", "model.onnx", "model_int8_dynamic.onnx",
            "model_int8_static.onnx", "special_tokens_map.json", "tokenizer.json",
            "tokenizer_config.json", "vocab.txt",
        ])
    for form in ModelForm.allCases {
        let metadata = try ONNXModel.metadata(of: Array(try #require(files[form.fileName])))
        #expect(metadata["sha256.models/pruned"] == "bb")
        #expect(metadata["sha256.data/prepared"] == "aa")
        #expect(metadata["code.prune"] == "c0de")
        #expect(metadata["labels"] == "bad\ngood")
        #expect(metadata["nlpipe.form"] == form.rawValue)
    }
    let answers = try SafeTensors(contentsOf: world.folder.file("a/onnx/expected.safetensors"))
    let offsets = try answers.int64("offsets")
    #expect(offsets.count == 9 && offsets.first == 0)
    #expect(try answers.int32("ids").count == Int(try #require(offsets.last)))
    let float = try answers.float32("logits.float32")
    #expect(float.shape == [8, 2])
    #expect(try answers.float32("logits.dynamic").values != float.values)
    #expect(try answers.float32("logits.static").values != float.values)
}

@Test func exportMeasuresEveryFormOnValidationRows() async throws {
    let world = try world()
    try await run(world, "a", parameters())
    let metrics = try world.metrics("a/metrics/export.json")
    for form in ["float32", "dynamic", "static"] {
        #expect(try #require(metrics["\(form).bytes"]) > 1000)
        #expect(try #require(metrics["\(form).valid_label_agreement"]) >= 0.8)
        #expect(metrics["\(form).valid_accuracy"] != nil)
    }
    #expect(metrics["float32.valid_label_agreement"] == 1)
}

@Test func exportWritesOnlyWhatIsAskedFor() async throws {
    let world = try world()
    try await run(world, "a", parameters(float32: false, method: nil))
    let files = try world.files("a/onnx").keys.filter { $0.hasSuffix(".onnx") }
    #expect(files == ["model_int8_dynamic.onnx"])
}

@Test func exportTellsTokenizersHowLongATextMayBe() async throws {
    let world = try world()
    try await run(world, "a", parameters(dynamic: false, method: nil))
    let settings = try #require(try world.files("a/onnx")["tokenizer_config.json"])
    #expect(try JSONValue(parsing: settings)["model_max_length"]?.integer == 16)
}

@Test func exportGivesEqualBytesOnAnyNumberOfThreads() async throws {
    let world = try world()
    try await run(world, "a", parameters(method: "mse"))
    try await run(world, "b", parameters(method: "mse"), threads: 3)
    #expect(try world.files("a") == world.files("b"))
}

@Test(arguments: [("range", 24), ("minmax", 0)])
func exportRefusesParametersOutOfRange(method: String, rows: Int) async throws {
    let world = try world()
    let message = await message {
        try await run(world, "a", parameters(method: method, rows: rows))
    }
    #expect(message?.contains("export.static.\(rows == 0 ? "rows" : "method")") == true)
}
