import Foundation
import Tensors
import Training

/// What one model did on the test split.
struct ModelResult: Sendable {
    let name: String
    let parameters: Int
    let bytes: Int
    let evaluation: Evaluation
    /// Class probabilities of every row.
    let probabilities: [[Double]]
    /// Index of the likeliest class of every row; of equals, the first.
    let predicted: [Int]
    let speed: Speed

    /// Predicts all rows, timing it, after single sentences were timed (which also warms up).
    static func measure(
        _ candidate: any Candidate, on examples: TestExamples, labels: [String],
        parameters: EvaluateParameters, compute: Compute, progress: (Double) throws -> Void
    ) throws -> ModelResult {
        guard candidate.labels == labels else {
            throw EvaluateError.labels(
                model: candidate.name, expected: labels, found: candidate.labels)
        }
        let stopwatch = Stopwatch(candidate: candidate, compute: compute)
        let latencies = try stopwatch.latencies(examples.sample(parameters.latencySentences)) {
            try progress(0.3 * $0)
        }
        let (logits, seconds) = try stopwatch.predict(
            examples.texts, batchSize: parameters.batchSize
        ) { try progress(0.3 + 0.7 * $0) }

        let evaluation = try Evaluation(logits: logits, labels: examples.classes)
        let probabilities = (0..<logits.rows).map { softmax(logits.row($0).values) }
        return ModelResult(
            name: candidate.name, parameters: candidate.parameters, bytes: candidate.bytes,
            evaluation: evaluation, probabilities: probabilities,
            predicted: (0..<logits.rows).map { firstMaximum(logits.row($0).values) },
            speed: Speed(
                latencies: latencies, sentencesPerSecond: Double(examples.rows.count) / seconds))
    }

    /// One line for the stage's log.
    var line: String {
        let accuracy = String(format: "%.2f", 100 * evaluation.accuracy)
        let f1 = String(format: "%.2f", 100 * evaluation.macroF1)
        return "\(name): accuracy \(accuracy) %, macro F1 \(f1) %, \(bytes) bytes, "
            + String(format: "%.2f ms a sentence", speed.medianMilliseconds)
    }

    /// The share of rows on which two models say the same.
    func agreement(with other: ModelResult) -> Double {
        let equal = zip(predicted, other.predicted).count { $0 == $1 }
        return Double(equal) / Double(max(1, predicted.count))
    }

    private static func softmax(_ logits: [Float]) -> [Double] {
        let top = logits.max() ?? 0
        let powers = logits.map { exp(Double($0) - Double(top)) }
        let total = powers.reduce(0, +)
        return powers.map { $0 / total }
    }

    private static func firstMaximum(_ logits: [Float]) -> Int {
        logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
    }
}
