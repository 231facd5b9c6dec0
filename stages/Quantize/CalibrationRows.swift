import Models
import Tensors
import Tokenizers

/// Training rows that say what the dense layers read.
struct CalibrationRows {
    private let texts: [String]

    init(_ texts: [String]) { self.texts = texts }

    /// About `count` rows, evenly from the first to the last, in batches.
    func batches(
        _ count: Int, _ tokenizer: WordPieceTokenizer, _ model: Classifier, _ compute: Compute
    ) -> [TokenBatch] {
        let count = min(count, texts.count)
        let chosen = (0..<count).map { texts[$0 * texts.count / count] }
        let tokens = tokenizer.encode(
            chosen, maximumLength: model.maximumLength, threads: compute.threads
        ).arrays
        return stride(from: 0, to: tokens.count, by: 32).map { start in
            TokenBatch(Array(tokens[start..<min(start + 32, tokens.count)]))
        }
    }
}
