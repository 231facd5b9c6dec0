import Models
import Tensors

@testable import Compression

/// A small classifier with weights large enough to tell classes apart.
func smallClassifier(
    layers: [LayerShape] = [
        LayerShape(heads: 4, intermediate: 48), LayerShape(heads: 2, intermediate: 33),
    ],
    vocabulary: Int = 50, labels: [String] = ["a", "b", "c"], pooling: Pooling = .mean,
    typeVocabularySize: Int = 2
) throws -> Classifier {
    let config = EncoderConfig(
        vocabularySize: vocabulary, hiddenSize: 32, headSize: 8, layers: layers,
        maximumPositions: 12, typeVocabularySize: typeVocabularySize)
    return try randomClassifier(config, labels: labels, pooling: pooling)
}

/// A classifier of any form with weights large enough to tell classes apart.
func randomClassifier(
    _ config: EncoderConfig, labels: [String] = ["a", "b", "c"], pooling: Pooling = .mean
) throws -> Classifier {
    let classifier = try Classifier.initial(
        config: config, pooling: pooling, labels: labels, seed: 7)
    for name in classifier.parameters.names {
        let weights = classifier.parameters[name]
        var generator = SeededGenerator(seed: 11, stream: name)
        for index in 0..<weights.count {
            let noise = generator.normal()
            let isNorm = name.hasSuffix("LayerNorm.weight")
            weights[index] = isNorm ? 1 + 0.1 * noise : 0.15 * noise
        }
    }
    return classifier
}

/// Sequences of lengths 1…12 over the small vocabulary.
func smallBatch(count: Int = 12, seed: UInt64 = 3) -> TokenBatch {
    var generator = SeededGenerator(seed: seed, stream: "tokens")
    return TokenBatch(
        (0..<count).map { index in
            (0...index % 12).map { _ in Int32(generator.next() % 50) }
        })
}

/// Random values of shape `[rows, columns]`.
func randomTensor(_ rows: Int, _ columns: Int, seed: UInt64 = 5) -> Tensor {
    var generator = SeededGenerator(seed: seed, stream: "tensor")
    return Tensor((0..<rows * columns).map { _ in generator.normal() }, shape: [rows, columns])
}

/// The largest absolute difference of two tensors of equal count.
func largestDifference(_ a: Tensor, _ b: Tensor) -> Float {
    zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
