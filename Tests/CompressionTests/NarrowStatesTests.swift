import Models
import Tensors
import Testing

@testable import Compression

/// Token states narrower than attention, as those of a student that was cut out of its teacher.
private func narrowClassifier() throws -> Classifier {
    try randomClassifier(
        EncoderConfig(
            vocabularySize: 50, hiddenSize: 21, headSize: 8,
            layers: [
                LayerShape(heads: 4, intermediate: 48), LayerShape(heads: 3, intermediate: 19),
            ], maximumPositions: 12))
}

@Test(arguments: [8, 4]) func narrowStatesStayCloseToFloat(bits: Int) throws {
    let compute = try Compute(threads: 1)
    let model = try narrowClassifier()
    let quantized = try QuantizedClassifier.quantize(
        model, options: QuantizationOptions(embeddingBits: bits, embeddingGroup: 8))
    let batch = smallBatch(count: 60)
    let expected = try model.logits(batch, compute: compute)
    let found = try quantized.logits(batch, compute: compute)
    let spread = expected.values.map { abs($0) }.reduce(0, max)
    #expect(largestDifference(found, expected) < (bits == 8 ? 0.08 : 0.4) * spread)
}

@Test func unitsOfNarrowStatesAreCut() throws {
    let compute = try Compute(threads: 1)
    let model = try narrowClassifier()
    let plan = StructurePlan(heads: [[0, 2, 3], [1]], neurons: [Array(0..<30), [0, 5, 18]])
    let smaller = try model.keeping(plan)
    #expect(smaller.config.hiddenSize == 21)
    #expect(smaller.config.layers.map(\.heads) == [3, 1])
    #expect(try smaller.logits(smallBatch(count: 12), compute: compute).shape == [12, 3])
}
