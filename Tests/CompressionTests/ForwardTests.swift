import CIntegerKernels
import Models
import Tensors
import Testing

@testable import Compression

/// A form of model that the runtime must take.
struct ModelForm: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var config: EncoderConfig
    var pooling = Pooling.mean
    var bits = 8

    func quantized() throws -> QuantizedClassifier {
        try QuantizedClassifier.quantize(
            randomClassifier(config, pooling: pooling),
            options: QuantizationOptions(embeddingBits: bits, embeddingGroup: 8))
    }

    static let all: [ModelForm] = [
        form("two layers of different widths", layers: [(4, 48), (2, 33)]),
        form("the first token's state", pooling: .cls),
        form("DistilBERT, which has no token types", family: .distilbert, types: 0),
        form("an INT4 table", bits: 4),
        form("one head", layers: [(1, 20)]),
        form("odd sizes", hidden: 35, head: 7, layers: [(5, 37), (3, 1)], bits: 4),
        form("a width of 1", hidden: 1, head: 1, layers: [(1, 1)]),
        form("heads wider than the state", hidden: 17, head: 40, layers: [(3, 70)]),
        form("ReLU", activation: .relu),
        form("GELU by tanh", activation: .geluTanh),
        form("the encoder's width", hidden: 384, head: 32, layers: [(12, 1536)]),
    ]

    private static func form(
        _ name: String, family: EncoderConfig.Family = .bert, hidden: Int = 32, head: Int = 8,
        layers: [(heads: Int, intermediate: Int)] = [(4, 48)], types: Int = 2,
        activation: Activation = .gelu, pooling: Pooling = .mean, bits: Int = 8
    ) -> ModelForm {
        let config = EncoderConfig(
            family: family, vocabularySize: 50, hiddenSize: hidden, headSize: head,
            layers: layers.map { LayerShape(heads: $0.heads, intermediate: $0.intermediate) },
            maximumPositions: 40, typeVocabularySize: types, activation: activation)
        return ModelForm(testDescription: name, config: config, pooling: pooling, bits: bits)
    }
}

/// Token ids below 50, one sequence for each length.
func sequences(lengths: [Int], seed: UInt64 = 3) -> [[Int32]] {
    var generator = SeededGenerator(seed: seed, stream: "tokens")
    return lengths.map { length in (0..<length).map { _ in Int32(generator.next() % 50) } }
}

@Test(arguments: ModelForm.all) func logitsFollowThePlainLoops(form: ModelForm) throws {
    let model = try form.quantized()
    let reference = ReferenceForward(weights: model.weights)
    // Plain loops take their time at the encoder's width.
    let isLarge = form.config.hiddenSize > 100
    let texts = sequences(lengths: isLarge ? [1, 6] : [1, 2, 7, 16, 33, 40])
    let found = try model.logits(TokenBatch(texts), compute: Compute(threads: 1))
    for (row, text) in texts.enumerated() {
        let expected = try reference.logits(text)
        let spread = expected.reduce(0) { max($0, abs($1)) }
        for (found, expected) in zip(found.row(row).values, expected) {
            // Float32 against Double moves an activation over the edge between two of 255 levels
            // now and then, which counts for a fraction of a percent further on.
            #expect(abs(Double(found) - expected) < 0.01 * spread + 1e-5, "\(text.count) tokens")
        }
    }
}

private let paths = [
    NLP_INT8_SCALAR, NLP_INT8_AVX2, NLP_INT8_AVXVNNI, NLP_INT8_AVX512, NLP_INT8_AMX,
]

@Test(arguments: ModelForm.all) func everyPathGivesTheSameBits(form: ModelForm) throws {
    let compute = try Compute(threads: 1)
    let weights = try form.quantized().weights
    let batch = TokenBatch(sequences(lengths: [1, 3, 17, 40, 5]))
    let expected = try QuantizedClassifier(weights, path: NLP_INT8_SCALAR)
        .logits(batch, compute: compute).values
    for path in paths {
        let name = String(cString: nlp_int8_name(path))
        guard nlp_int8_available(path) != 0 else {
            print("skipped: this CPU has no path '\(name)'")
            continue
        }
        let model = try QuantizedClassifier(weights, path: path)
        #expect(try model.logits(batch, compute: compute).values == expected, "path \(name)")
    }
}

@Test(arguments: ModelForm.all)
func aSentenceHasTheSameBitsAloneAndInAnyBatch(form: ModelForm) throws {
    let model = try form.quantized()
    let one = try Compute(threads: 1)
    let texts = sequences(lengths: (0..<70).map { $0 * 11 % 40 + 1 })
    let alone = try texts.map { try model.logits(TokenBatch([$0]), compute: one).values }
    for threads in 1...3 {
        let compute = try Compute(threads: threads)
        let together = try model.logits(TokenBatch(texts), compute: compute)
        #expect(together.values == alone.flatMap(\.self), "\(threads) threads")
        let backwards = try model.logits(TokenBatch(texts.reversed()), compute: compute)
        #expect(backwards.values == alone.reversed().flatMap(\.self), "\(threads) threads")
        let few = try model.logits(TokenBatch(Array(texts[5..<8])), compute: compute)
        #expect(few.values == alone[5..<8].flatMap(\.self), "\(threads) threads")
    }
}

@Test func sequencesBeyondTheUsualWorkspaceRun() throws {
    let config = EncoderConfig(
        vocabularySize: 50, hiddenSize: 8, headSize: 4,
        layers: [LayerShape(heads: 1, intermediate: 20)], maximumPositions: 560)
    let model = try QuantizedClassifier.quantize(randomClassifier(config))
    let compute = try Compute(threads: 2)
    let texts = sequences(lengths: [3, 560, 1, 530, 2])
    let together = try model.logits(TokenBatch(texts), compute: compute)
    for (row, text) in texts.enumerated() {
        let alone = try model.logits(TokenBatch([text]), compute: compute)
        #expect(alone.values == together.row(row).values)
    }
    let reference = try ReferenceForward(weights: model.weights).logits(texts[1])
    for (found, expected) in zip(together.row(1).values, reference) {
        #expect(abs(Double(found) - expected) < 0.02)
    }
}

@Test func manyThreadsShareOneModel() async throws {
    let model = try ModelForm.all[0].quantized()
    let texts = sequences(lengths: Array(1...40))
    let expected = try model.logits(TokenBatch(texts), compute: Compute(threads: 1)).values
    let equal = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
            group.addTask {
                try model.logits(TokenBatch(texts), compute: Compute(threads: 2)).values
                    == expected
            }
        }
        return try await group.reduce(true) { $0 && $1 }
    }
    #expect(equal)
}
