import StageKit

/// `metrics/speed.json`: what every run measures anew.
struct SpeedSummary: Encodable, Equatable {
    /// One model's times, tokenization included.
    struct Model: Encodable, Equatable {
        var median: Double
        var p95: Double
        var sentencesPerSecond: Double

        enum CodingKeys: String, CodingKey {
            case median = "latency_ms_p50"
            case p95 = "latency_ms_p95"
            case sentencesPerSecond = "sentences_per_second"
        }
    }

    var models: [String: Model]
    var threads: Int

    init(_ results: [ModelResult], threads: Int) {
        self.threads = threads
        let pairs = results.map { result in
            (
                result.name,
                Model(
                    median: StableJSON.rounded(result.speed.medianMilliseconds, decimals: 3),
                    p95: StableJSON.rounded(result.speed.p95Milliseconds, decimals: 3),
                    sentencesPerSecond: StableJSON.rounded(
                        result.speed.sentencesPerSecond, decimals: 1))
            )
        }
        models = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
