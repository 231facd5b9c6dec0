import Models
public import Tensors
import Tokenizers

/// A packaged model, ready to label texts.
public struct Predictor: Sendable {
    /// The labels, in the order of the scores.
    public var labels: [String] { model.labels }

    private let model: any SequenceClassifier
    private let tokenizer: WordPieceTokenizer
    private let temperature: Double
    /// Enough tokens that all threads have work, few enough that they stay in the caches.
    private static let batchTokens = 2_048

    /// Opens a folder that the package stage wrote.
    ///
    /// Checks that every file of `manifest.json` is there with its size; contents are checked by the
    /// readers of the formats. Probabilities are those of the package's calibration, where it has
    /// one. Throws `PredictorError`, or what the readers throw.
    public init(package folder: String) throws {
        let manifest = try PackageManifest(folder: folder)
        try manifest.check()
        temperature = try PackageCalibration(manifest).temperature
        model = try QuantizedClassifier.load(folder)
        tokenizer = try WordPieceTokenizer(folder: folder)
    }

    /// Labels every text; answers are in the order of `texts` and depend on nothing but the text.
    public func predict(_ texts: [String], compute: Compute) throws -> [Prediction] {
        let tokens = tokenizer.encode(
            texts, maximumLength: model.maximumLength, threads: compute.threads)
        let lengths = texts.indices.map(tokens.length)
        let order = texts.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        var found = [Prediction?](repeating: nil, count: texts.count)
        for batch in Self.batches(order, lengths: lengths) {
            let logits = try model.logits(
                TokenBatch(batch.map { Array(tokens[$0]) }), compute: compute)
            for (row, index) in batch.enumerated() {
                found[index] = Prediction(
                    logits: logits.row(row).values, labels: labels, temperature: temperature)
            }
        }
        return found.compactMap(\.self)
    }

    /// Cuts rows into batches of at most `batchTokens` tokens; a longer row is alone.
    static func batches(_ order: [Int], lengths: [Int]) -> [ArraySlice<Int>] {
        var result: [ArraySlice<Int>] = []
        var (first, tokens) = (0, 0)
        for place in order.indices {
            let length = lengths[order[place]]
            if place > first, tokens + length > batchTokens {
                result.append(order[first..<place])
                (first, tokens) = (place, 0)
            }
            tokens += length
        }
        if first < order.count { result.append(order[first...]) }
        return result
    }
}
