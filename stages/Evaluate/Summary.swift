import StageKit

/// `metrics/evaluate.json`: what is the same in every run.
struct Summary: Encodable, Equatable {
    /// One model's numbers.
    struct Model: Encodable, Equatable {
        var accuracy: Double
        var macroF1: Double
        var calibrationError: Double
        var bytes: Int
        var parameters: Int

        enum CodingKeys: String, CodingKey {
            case accuracy, bytes, parameters
            case macroF1 = "macro_f1"
            case calibrationError = "ece"
        }
    }

    var models: [String: Model]
    var testRows: Int
    /// Bytes of the teacher's weights in float32 over the bytes of the INT8 weights file.
    var sizeRatio: Double?
    /// Accuracy of the INT8 model over that of the teacher.
    var accuracyKept: Double?
    /// Share of the rows on which the INT8 and the pruned float model say the same.
    var agreement: Double?

    enum CodingKeys: String, CodingKey {
        case models
        case testRows = "test_rows"
        case sizeRatio = "size_ratio"
        case accuracyKept = "accuracy_kept"
        case agreement = "int8_agreement"
    }

    init(_ results: [ModelResult], testRows: Int) {
        let named = Dictionary(
            results.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        models = named.mapValues { result in
            Model(
                accuracy: StableJSON.rounded(result.evaluation.accuracy),
                macroF1: StableJSON.rounded(result.evaluation.macroF1),
                calibrationError: StableJSON.rounded(result.evaluation.calibrationError),
                bytes: result.bytes, parameters: result.parameters)
        }
        self.testRows = testRows
        guard let teacher = named["teacher"], let int8 = named["int8"] else { return }
        sizeRatio = Self.ratio(4 * Double(teacher.parameters), Double(int8.bytes))
        accuracyKept = Self.ratio(int8.evaluation.accuracy, teacher.evaluation.accuracy)
        agreement = named["pruned"].map { StableJSON.rounded(int8.agreement(with: $0)) }
    }

    private static func ratio(_ part: Double, _ whole: Double) -> Double? {
        whole > 0 ? StableJSON.rounded(part / whole) : nil
    }
}

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
