import Datasets
import Models
import Tokenizers
import Training

/// The rows that the stage reads, in the exported models' word pieces.
struct ExportRows {
    /// The models' own tokenizer.
    let tokenizer: WordPieceTokenizer
    private let data: PreparedData
    private let maximumLength: Int
    private let threads: Int

    init(data: PreparedData, tokenizer: WordPieceTokenizer, maximumLength: Int, threads: Int) {
        self.data = data
        self.tokenizer = tokenizer
        self.maximumLength = maximumLength
        self.threads = threads
    }

    /// The tokens and the labels of a split.
    func split(_ name: SplitName) throws -> (tokens: [[Int32]], labels: [Int32]) {
        let split = try data.split(name)
        return (tokens(of: split.rows.map(\.text)), split.labels)
    }

    /// About `count` training rows, evenly from the first to the last, in batches.
    func calibrationBatches(_ count: Int) throws -> [TokenBatch] {
        let rows = try data.split(.train).rows
        let chosen = (0..<min(count, rows.count)).map {
            rows[$0 * rows.count / min(count, rows.count)].text
        }
        let tokens = tokens(of: chosen)
        return stride(from: 0, to: tokens.count, by: 32).map { start in
            TokenBatch(Array(tokens[start..<min(start + 32, tokens.count)]))
        }
    }

    private func tokens(of texts: [String]) -> [[Int32]] {
        tokenizer.encode(texts, maximumLength: maximumLength, threads: threads).arrays
    }
}
