import Tensors

/// Times of one model on this machine, tokenization included.
struct Speed: Sendable, Equatable {
    /// Milliseconds for one sentence at a time: half of the sentences take less.
    let medianMilliseconds: Double
    /// Milliseconds that 95 of 100 sentences stay below.
    let p95Milliseconds: Double
    /// Sentences a second in batches of sentences of similar length.
    let sentencesPerSecond: Double

    /// Takes single-sentence times in milliseconds; percentiles are by nearest rank.
    init(latencies: [Double], sentencesPerSecond: Double) {
        let sorted = latencies.sorted()
        medianMilliseconds = Self.percentile(50, of: sorted)
        p95Milliseconds = Self.percentile(95, of: sorted)
        self.sentencesPerSecond = sentencesPerSecond
    }

    /// The smallest value that `percent` of 100 values do not exceed; 0 for no values.
    static func percentile(_ percent: Int, of sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = (percent * sorted.count + 99) / 100
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}

/// Times a candidate from text to logits.
struct Stopwatch {
    let candidate: any Candidate
    let compute: Compute
    private let clock = ContinuousClock()
    /// Sentences run before the first that counts: caches, frequency and memory settle.
    private static let warmUp = 5

    init(candidate: any Candidate, compute: Compute) {
        self.candidate = candidate
        self.compute = compute
    }

    /// Milliseconds of every text on its own, in order.
    func latencies(_ texts: [String], progress: (Double) throws -> Void) throws -> [Double] {
        for text in texts.prefix(Self.warmUp) { _ = try predict([text], batchSize: 1) { _ in } }
        var times: [Double] = []
        for (index, text) in texts.enumerated() {
            times.append(1000 * (try predict([text], batchSize: 1) { _ in }.seconds))
            try progress(Double(index + 1) / Double(texts.count))
        }
        return times
    }

    /// The logits of all texts, and how long they took in seconds.
    func predict(
        _ texts: [String], batchSize: Int, progress: (Double) throws -> Void
    ) throws -> (logits: Tensor, seconds: Double) {
        let start = clock.now
        let logits = try candidate.logits(
            texts, batchSize: batchSize, compute: compute, progress: progress)
        let took = (clock.now - start).components
        return (logits, max(Double(took.seconds) + Double(took.attoseconds) * 1e-18, 1e-9))
    }
}
