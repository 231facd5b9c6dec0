import Datasets
import Tokenizers

/// WordPiece over every labelled text.
struct TokenizingWork {
    let settings: Settings

    /// Serves rounds of one pass over the texts.
    func serve(_ channel: Channel) throws {
        let data = try PreparedData(folder: "\(settings.project)/data/prepared")
        let texts = try [SplitName.train, .valid, .test].flatMap { try data.split($0).rows }
            .map(\.text)
        let tokenizer = try data.tokenizer()
        let megabytes = Double(texts.reduce(0) { $0 + $1.utf8.count }) / 1e6
        let tokens = texts.reduce(0) { $0 + tokenizer.encode($1, maximumLength: nil).count }
        try channel.ready("nlpipe", notes: ["nlpipe's tokens \(tokens)"])
        while channel.nextRound() {
            var best = Double.infinity
            for _ in 0..<3 {
                best = min(
                    best,
                    seconds {
                        for text in texts { _ = tokenizer.encode(text, maximumLength: nil) }
                    })
            }
            try channel.report(["megabytes_per_second": megabytes / best])
        }
    }
}
