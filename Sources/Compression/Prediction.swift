#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One text's answer.
public struct Prediction: Sendable, Equatable {
    /// The likeliest label; of equals, the first.
    public let label: String
    /// Its probability, 0...1.
    public let score: Double
    /// The probability of every label, in the labels' order.
    public let scores: [Score]

    /// A label with its probability.
    public struct Score: Sendable, Equatable, Codable {
        /// The name of the label.
        public let label: String
        /// Its probability, 0...1.
        public let score: Double
    }
}

extension Prediction {
    /// Takes the softmax of one row of logits over `temperature`, which is above 0.
    init(logits: [Float], labels: [String], temperature: Double = 1) {
        let top = Double(logits.max() ?? 0)
        let powers = logits.map { exp((Double($0) - top) / temperature) }
        let total = powers.reduce(0, +)
        let scores = zip(labels, powers).map { Score(label: $0, score: $1 / total) }
        // By logits: a high temperature can round different probabilities to the same number.
        let best = scores.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
        label = scores.isEmpty ? "" : scores[best].label
        score = scores.isEmpty ? 0 : scores[best].score
        self.scores = scores
    }
}
