import Compression
import Datasets
import Foundation
import Models
import StageKit
import Tensors
import Tokenizers
import Training

/// A model under evaluation: texts in, logits out, tokenization included.
protocol Candidate: Sendable {
    var name: String { get }
    var labels: [String] { get }
    /// Number of weights.
    var parameters: Int { get }
    /// Bytes of the stored weights.
    var bytes: Int { get }

    /// Logits of `texts`, [texts, classes], in their order; `progress` may throw to stop.
    func logits(
        _ texts: [String], batchSize: Int, compute: Compute, progress: (Double) throws -> Void
    ) throws -> Tensor

    /// Whether the model sees no difference between two texts, so that its answers are the same.
    func readsAlike(_ text: String, _ other: String) -> Bool
}

/// A transformer with the tokenizer of its own folder.
struct EncoderCandidate: Candidate {
    let name: String
    let model: any SequenceClassifier
    let tokenizer: WordPieceTokenizer
    let bytes: Int

    var labels: [String] { model.labels }
    var parameters: Int { model.parameterCount }

    init(name: String, model: any SequenceClassifier, folder: String) throws {
        self.name = name
        self.model = model
        tokenizer = try WordPieceTokenizer(folder: folder)
        let weights = "\(folder)/model.safetensors"
        let attributes = try? FileManager.default.attributesOfItem(atPath: weights)
        guard let size = attributes?[.size] as? NSNumber else {
            throw EvaluateError.noSize(file: weights)
        }
        bytes = size.intValue
    }

    func logits(
        _ texts: [String], batchSize: Int, compute: Compute, progress: (Double) throws -> Void
    ) throws -> Tensor {
        let limit = model.maximumLength
        let tokens = tokenizer.encode(texts, maximumLength: limit, threads: compute.threads)
        return try predictLogits(
            model, tokens: tokens.arrays, batchSize: batchSize, compute: compute,
            progress: progress)
    }

    /// Encoders that fold case read both cases alike, and every one what is cut off.
    func readsAlike(_ text: String, _ other: String) -> Bool {
        text == other
            || tokenizer.encode(text, maximumLength: model.maximumLength)
                == tokenizer.encode(other, maximumLength: model.maximumLength)
    }
}

/// The linear baseline, which reads words.
struct LinearCandidate: Candidate {
    let name = "linear"
    let model: NGramClassifier

    var labels: [String] { model.labels }
    var parameters: Int { model.parameterCount }
    var bytes: Int { model.bytes }

    func logits(
        _ texts: [String], batchSize: Int, compute: Compute, progress: (Double) throws -> Void
    ) throws -> Tensor {
        var values: [Float] = []
        values.reserveCapacity(texts.count * labels.count)
        for (index, text) in texts.enumerated() {
            values += model.logits(text).map(Float.init)
            if index.isMultiple(of: 256) { try progress(Double(index) / Double(texts.count)) }
        }
        return Tensor(values, shape: [texts.count, labels.count])
    }

    func readsAlike(_ text: String, _ other: String) -> Bool { text == other }
}
