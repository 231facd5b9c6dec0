import Compression
import Models
import Tensors
import Testing

@testable import ONNX

struct Form: Sendable, CustomTestStringConvertible {
    var family = EncoderConfig.Family.bert
    var types = 2
    var activation = Activation.gelu
    var pooling = Pooling.mean
    /// Channels of the token states; the first layer's attention has 16.
    var hidden = 16
    var bits = 8
    /// Embedding values that share a scale, where they have 4 bits.
    var group = 8
    var weightBits = 8

    var testDescription: String {
        "\(family), \(types) types, \(activation), \(pooling), \(hidden) wide, \(bits) bits in groups of \(group), weights of \(weightBits)"
    }

    func classifier() throws -> Classifier {
        try smallClassifier(
            family: family, types: types, activation: activation, pooling: pooling, hidden: hidden)
    }

    func quantized() throws -> QuantizedClassifier {
        try .quantize(
            try classifier(),
            options: QuantizationOptions(
                embeddingBits: bits, embeddingGroup: group, weightBits: weightBits,
                weightGroup: group))
    }

    func calibrated() throws -> StaticClassifier {
        try StaticClassifier(
            try quantized(), calibration: Calibration(method: .mse),
            reading: [TokenBatch(sentences)], compute: try Compute(threads: 1))
    }
}

private let forms = [
    Form(), Form(family: .distilbert, types: 0), Form(activation: .relu, pooling: .cls),
    Form(activation: .geluTanh), Form(types: 0, bits: 4), Form(bits: 4, group: 16),
    // The last group of a row is shorter than the others.
    Form(bits: 4, group: 12), Form(hidden: 11), Form(hidden: 11, bits: 4),
    Form(weightBits: 4), Form(hidden: 11, bits: 4, weightBits: 4),
]

private func graph(_ bytes: [UInt8]) throws -> ProtoGraph {
    try ProtoModel(serializedBytes: bytes).graph
}

@Test(arguments: forms) func theFloatGraphGivesTheModelsLogits(form: Form) throws {
    let classifier = try form.classifier()
    let found = try GraphRunner.run(
        try graph(try ONNXModel(float: classifier).bytes()), inputs: padded(sentences, to: 9))
    let expected = try classifier.logits(TokenBatch(sentences), compute: Compute(threads: 1))
    #expect(found.shape == [3, 3])
    #expect(largestDifference(found, expected) < 2e-5)
}

@Test(arguments: forms) func theDynamicGraphGivesTheIntegerModelsLogits(form: Form) throws {
    let quantized = try form.quantized()
    let found = try GraphRunner.run(
        try graph(try ONNXModel(dynamic: quantized).bytes()), inputs: padded(sentences, to: 9))
    let expected = try quantized.logits(TokenBatch(sentences), compute: Compute(threads: 1))
    // One level of one token, which float32 may round the other way, is some thousandths.
    #expect(largestDifference(found, expected) < 2e-2)
    // The float model is far from both.
    let float = try form.classifier().logits(TokenBatch(sentences), compute: Compute(threads: 1))
    #expect(largestDifference(found, float) > largestDifference(found, expected))
}

@Test(arguments: forms) func theStaticGraphGivesTheCalibratedModelsLogits(form: Form) throws {
    let model = try form.calibrated()
    let found = try GraphRunner.run(
        try graph(try ONNXModel(static: model).bytes()), inputs: padded(sentences, to: 9))
    let compute = try Compute(threads: 1)
    let expected = try model.logits(TokenBatch(sentences), compute: compute)
    #expect(largestDifference(found, expected) < 5e-2)
    let float = try form.classifier().logits(TokenBatch(sentences), compute: compute)
    #expect(largestDifference(found, float) > largestDifference(found, expected))
}

@Test func paddingAndCompanyChangeNothing() throws {
    let graph = try graph(try ONNXModel(float: try Form().classifier()).bytes())
    let together = try GraphRunner.run(graph, inputs: padded(sentences, to: 9))
    for (row, sentence) in sentences.enumerated() {
        let alone = try GraphRunner.run(graph, inputs: padded([sentence], to: sentence.count))
        for label in 0..<3 {
            #expect(abs(alone.values[label] - together.values[3 * row + label]) < 1e-9)
        }
    }
}

@Test(arguments: forms) func everyValueIsMadeOnceBeforeItIsReadAndUsed(form: Form) throws {
    let models = [
        try ONNXModel(float: try form.classifier()), try ONNXModel(dynamic: try form.quantized()),
        try ONNXModel(static: try form.calibrated()),
    ]
    for model in models {
        let graph = try graph(try model.bytes())
        var known = graph.input.map(\.name) + graph.initializer.map(\.name)
        var unread = Set(known)
        for node in graph.node {
            #expect(node.input.allSatisfy(known.contains), "\(node.name) reads what is not there")
            unread.subtract(node.input)
            known += node.output
            unread.formUnion(node.output)
        }
        #expect(Set(known).count == known.count)
        #expect(Set(graph.node.map(\.name)).count == graph.node.count)
        #expect(unread == ["logits"])
        for constant in graph.initializer {
            let count = constant.dims.reduce(1, *)
            #expect(constant.numbers.values.count == Int(count), "\(constant.name)")
        }
        let typed = form.types > 0 ? ["token_type_ids"] : []
        #expect(model.inputs == ["input_ids", "attention_mask"] + typed)
    }
}

@Test func theFloatModelHoldsNoIntegersAndTheIntegerModelNoLargeFloats() throws {
    let float = try graph(try ONNXModel(float: try Form().classifier()).bytes())
    #expect(float.initializer.allSatisfy { $0.dataType == .float || $0.dataType == .int64 })
    let dynamic = try graph(try ONNXModel(dynamic: try Form().quantized()).bytes())
    let large = dynamic.initializer.filter { $0.dataType == .float && $0.dims.count > 1 }
    #expect(
        large.map(\.name).sorted() == [
            "bert.embeddings.position_embeddings.weight_scale",
            "bert.embeddings.token_type_embeddings.weight",
            "bert.embeddings.word_embeddings.weight_scale", "classifier.weight",
        ])
}
