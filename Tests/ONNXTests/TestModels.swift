import Models
import Tensors

/// A small classifier with weights large enough to tell classes apart.
func smallClassifier(
    family: EncoderConfig.Family = .bert, types: Int = 2, activation: Activation = .gelu,
    pooling: Pooling = .mean, hidden: Int = 16
) throws -> Classifier {
    let config = EncoderConfig(
        family: family, vocabularySize: 20, hiddenSize: hidden, headSize: 4,
        layers: [LayerShape(heads: 4, intermediate: 12), LayerShape(heads: 1, intermediate: 7)],
        maximumPositions: 9, typeVocabularySize: types, activation: activation)
    let classifier = try Classifier.initial(
        config: config, pooling: pooling, labels: ["a", "b", "c"], seed: 7)
    for name in classifier.parameters.names {
        let weights = classifier.parameters[name]
        var generator = SeededGenerator(seed: 11, stream: name)
        for index in 0..<weights.count {
            let noise = generator.normal()
            weights[index] = name.hasSuffix("LayerNorm.weight") ? 1 + 0.1 * noise : 0.3 * noise
        }
    }
    return classifier
}

let sentences: [[Int32]] = [[3, 7, 1, 0, 19, 4, 4, 8, 2], [5], [9, 9, 12, 6]]

/// Ids and mask as a caller pads them, to a length above the longest sentence where it is asked.
func padded(_ sequences: [[Int32]], to length: Int) -> [String: Numbers] {
    let shape = [sequences.count, length]
    func rows(_ value: (Int32) -> Double) -> Numbers {
        Numbers(
            shape,
            sequences.flatMap { row in
                row.map(value) + [Double](repeating: 0, count: length - row.count)
            })
    }
    return [
        "input_ids": rows { Double($0) }, "attention_mask": rows { _ in 1 },
        "token_type_ids": rows { _ in 0 },
    ]
}

/// The largest absolute difference between logits of the graph and of nlpipe.
func largestDifference(_ found: Numbers, _ expected: Tensor) -> Double {
    zip(found.values, expected.values).reduce(0) { max($0, abs($1.0 - Double($1.1))) }
}
