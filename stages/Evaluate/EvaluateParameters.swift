/// The stage's parameters, below `evaluate`.
struct EvaluateParameters: Decodable, Sendable, Equatable {
    /// Sentences a batch when throughput is measured.
    var batchSize: Int
    /// Test sentences timed one by one.
    var latencySentences: Int

    enum CodingKeys: String, CodingKey {
        case batchSize = "batch_size"
        case latencySentences = "latency_sentences"
    }

    /// Throws for sizes that nothing can be measured with.
    func validate() throws {
        guard (1...4096).contains(batchSize) else {
            throw EvaluateError.parameter(
                key: "evaluate.batch_size", expected: "1…4096", found: batchSize)
        }
        guard (1...1_000_000).contains(latencySentences) else {
            throw EvaluateError.parameter(
                key: "evaluate.latency_sentences", expected: "1…1000000", found: latencySentences)
        }
    }
}
