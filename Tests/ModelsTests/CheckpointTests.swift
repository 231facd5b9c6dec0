import Foundation
import Models
import TestSupport
import Tensors
import Testing

@Suite struct CheckpointTests {
    @Test(arguments: fixtures) func aSavedModelLoadsWithEqualWeights(name: String) throws {
        let folder = try TemporaryFolder()
        let model = try Checkpoint.load(fixture("models/\(name)"))
        try Checkpoint.save(model, to: folder.file("model"))
        let again = try Checkpoint.load(folder.file("model"))
        #expect(again.config == model.config)
        #expect(again.labels == model.labels)
        #expect(again.pooling == model.pooling)
        #expect(again.parameters.buffer.values == model.parameters.buffer.values)
    }

    @Test func layersOfDifferentWidthsSurviveSavingAndBytesRepeat() throws {
        let folder = try TemporaryFolder()
        let model = try RandomModel().model
        try Checkpoint.save(model, to: folder.file("a"))
        try Checkpoint.save(try Checkpoint.load(folder.file("a")), to: folder.file("b"))
        for file in ["config.json", "model.safetensors"] {
            let first = try Data(contentsOf: URL(fileURLWithPath: folder.file("a/\(file)")))
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("b/\(file)"))) == first)
        }
        #expect(try Checkpoint.load(folder.file("a")).config.layers == model.config.layers)
    }

    @Test func anEncoderGetsARandomHeadThatTheSeedDecides() throws {
        let path = fixture("models/bert")
        func load(_ seed: UInt64) throws -> Classifier {
            try Checkpoint.loadEncoder(
                path, labels: ["x", "y"], pooling: .cls, dropout: 0, seed: seed)
        }
        let model = try load(1)
        #expect(model.parameters.shape(of: "classifier.weight") == [2, 20])
        #expect(model.config.hiddenDropout == 0)
        let name = "classifier.weight"
        #expect(try load(1).parameters[name].values == model.parameters[name].values)
        #expect(try load(2).parameters[name].values != model.parameters[name].values)
        #expect(model.parameters[name].values.allSatisfy { abs($0) <= 0.04 })
    }

    @Test func legacyNormNamesAndForeignTensorsAreAccepted() throws {
        let folder = try TemporaryFolder()
        let source = try SafeTensors(contentsOf: fixture("models/bert/model.safetensors"))
        var writer = SafeTensorsWriter()
        for name in source.names {
            let legacy = name.replacing("LayerNorm.weight", with: "LayerNorm.gamma")
                .replacing("LayerNorm.bias", with: "LayerNorm.beta")
            writer.add(legacy, try source.float32(name))
        }
        writer.add("bert.pooler.dense.weight", Tensor(zeros: [3, 3]))
        writer.add("bert.embeddings.position_ids", int64: [0, 1], shape: [1, 2])
        try writer.write(to: folder.file("model.safetensors"))
        let config = try Data(contentsOf: URL(fileURLWithPath: fixture("models/bert/config.json")))
        try folder.write(Array(config), to: "config.json")
        let expected = try Checkpoint.load(fixture("models/bert")).parameters.buffer.values
        #expect(try Checkpoint.load(folder.path).parameters.buffer.values == expected)
    }

    @Test(arguments: [
        ("\"hidden_size\": 20", "\"hidden_size\": 1e300", "hidden_size"),
        ("\"vocab_size\": 30", "\"vocab_size\": 1999999", "word_embeddings"),
        ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "layer.2"),
        ("\"num_attention_heads\": 4", "\"num_attention_heads\": 0", "num_attention_heads"),
        ("\"num_attention_heads\": 4", "\"num_attention_heads\": 3", "does not divide"),
        ("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"swish\"", "swish"),
        ("\"model_type\": \"bert\"", "\"model_type\": \"gpt2\"", "gpt2"),
        ("\"hidden_dropout_prob\": 0.1", "\"hidden_dropout_prob\": -1", "dropout"),
        ("\"pooling\": \"mean\"", "\"pooling\": \"max\"", "pooling"),
        ("\"2\": \"yes\"", "\"7\": \"yes\"", "id2label"),
        ("{", "[", "JSON"),
    ])
    func aBadConfigIsAnErrorThatNamesTheFault(find: String, replace: String, named: String) throws {
        let folder = try TemporaryFolder()
        let path = fixture("models/bert")
        let config = try String(contentsOfFile: "\(path)/config.json", encoding: .utf8)
        #expect(config.contains(find))
        try folder.write(config.replacing(find, with: replace), to: "config.json")
        let weights = try Data(contentsOf: URL(fileURLWithPath: "\(path)/model.safetensors"))
        try folder.write(Array(weights), to: "model.safetensors")
        let error = #expect(throws: (any Error).self) { try Checkpoint.load(folder.path) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(named))
        #expect("\(error.map { "\($0)" } ?? "")".contains(folder.path))
    }

    @Test(arguments: [Float.nan, .infinity])
    func aWeightThatIsNoFiniteNumberIsAnErrorWithItsPlace(value: Float) throws {
        let folder = try TemporaryFolder()
        let model = try RandomModel().model
        let weights = model.parameters["classifier.weight"]
        weights[1, 2] = value
        try Checkpoint.save(model, to: folder.path)
        let error = #expect(throws: SafeTensorsError.self) { try Checkpoint.load(folder.path) }
        let message = error?.description ?? ""
        #expect(
            message.hasPrefix("\(folder.file("model.safetensors")): tensor 'classifier.weight'"))
        #expect(message.hasSuffix("found:    \(value) at row 1, column 2"))
    }

    @Test func badBatchesAreErrors() throws {
        let model = try RandomModel().model
        let compute = try Compute(threads: 1)
        for sequences: [[Int32]] in [
            [], [[]], [[1], []], [[40]], [[-1]], [[Int32](repeating: 1, count: 41)],
        ] {
            #expect(throws: ModelError.self) {
                try model.logits(TokenBatch(sequences), compute: compute)
            }
        }
    }
}
