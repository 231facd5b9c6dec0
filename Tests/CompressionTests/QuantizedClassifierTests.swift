import Models
import Tensors
import Testing

@testable import Compression

@Test(arguments: [Pooling.mean, .cls]) func integersStayCloseToFloat(pooling: Pooling) throws {
    let compute = try Compute(threads: 1)
    let model = try smallClassifier(pooling: pooling)
    let quantized = try QuantizedClassifier.quantize(model)
    let batch = smallBatch(count: 60)
    let expected = try model.logits(batch, compute: compute)
    let found = try quantized.logits(batch, compute: compute)
    let spread = expected.values.map { abs($0) }.reduce(0, max)
    // 8 bits: every product is off by less than a percent of its range, two layers deep.
    #expect(largestDifference(found, expected) < 0.06 * spread)
    #expect(found.shape == [60, 3])
}

@Test func integersAreExactWhereTheWeightsAreLevels() throws {
    let compute = try Compute(threads: 1)
    let model = try smallClassifier(typeVocabularySize: 0)
    let quantized = try QuantizedClassifier.quantize(model)
    for name in quantized.weights.matrices.keys {
        let matrix = try quantized.weights.matrix(name)
        model.parameters[name].assign(matrix.expanded())
    }
    model.parameters[WeightLayout.words].assign(quantized.weights.table.expanded())
    let batch = smallBatch(count: 40)
    let expected = try model.logits(batch, compute: compute)
    let found = try quantized.logits(batch, compute: compute)
    // What is left is the quantization of activations, a smaller error than both together.
    #expect(largestDifference(found, expected) < 0.05)
}

@Test(arguments: [8, 4]) func threadsDoNotChangeABit(bits: Int) throws {
    let options = QuantizationOptions(embeddingBits: bits, embeddingGroup: 8)
    let quantized = try QuantizedClassifier.quantize(smallClassifier(), options: options)
    let batch = smallBatch(count: 150)
    let one = try quantized.logits(batch, compute: Compute(threads: 1)).values
    for threads in [2, 3] {
        #expect(try quantized.logits(batch, compute: Compute(threads: threads)).values == one)
    }
}

@Test func badBatchesThrow() throws {
    let compute = try Compute(threads: 1)
    let quantized = try QuantizedClassifier.quantize(smallClassifier())
    let bad: [[[Int32]]] = [[], [[]], [[1], []], [[50]], [[-1]], [Array(repeating: 1, count: 13)]]
    for sequences in bad {
        #expect(throws: ModelError.self) {
            try quantized.logits(TokenBatch(sequences), compute: compute)
        }
    }
}

@Test func everyParameterHasOneRole() throws {
    for types in [0, 2] {
        let model = try smallClassifier(typeVocabularySize: types)
        let layout = WeightLayout(model.config, classes: model.labels.count)
        #expect(Set(layout.entries.map(\.name)) == Set(model.parameters.names))
        for entry in layout.entries {
            #expect(model.parameters.shape(of: entry.name) == entry.shape)
        }
        #expect(try QuantizedClassifier.quantize(model).parameterCount == model.parameterCount)
    }
}

@Test func divergedWeightsAreNamed() throws {
    let model = try smallClassifier()
    let name = "bert.encoder.layer.1.output.dense.weight"
    model.parameters[name][3, 0] = .nan
    #expect(throws: CompressionError.nonFiniteWeight(tensor: name, row: 3)) {
        try QuantizedClassifier.quantize(model)
    }
}
