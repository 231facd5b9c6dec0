import Foundation
import Statistics
import Tensors
import Training

/// What one model did on the test split.
struct ModelResult: Sendable {
    let name: String
    let parameters: Int
    let bytes: Int
    let evaluation: Evaluation
    /// Logits of every row with its class.
    let scores: LabelledLogits
    /// Class probabilities of every row, as the model gives them.
    let probabilities: [[Double]]
    /// Index of the likeliest class of every row; of equals, the first.
    let predicted: [Int]
    /// Fitted on the validation rows; nil where they do not determine one: none is labelled, all are
    /// right, or the model is no better than chance.
    let temperature: Double?
    /// Predictions for the altered texts.
    let altered: [AlteredResult]
    let speed: Speed

    /// Predictions for one alteration of all texts.
    struct AlteredResult: Sendable {
        let alteration: Alteration
        /// Rows whose alteration the model can see.
        let changed: Int
        /// Index of the likeliest class of every row.
        let predicted: [Int]
    }

    /// Predicts all rows, timing it, after single sentences were timed (which also warms up); then
    /// the validation rows and the altered texts.
    static func measure(
        _ candidate: any Candidate, on rows: EvaluationRows, labels: [String],
        parameters: EvaluateParameters, compute: Compute, progress: (Double) throws -> Void
    ) throws -> ModelResult {
        guard candidate.labels == labels else {
            throw EvaluateError.labels(
                model: candidate.name, expected: labels, found: candidate.labels)
        }
        let examples = rows.test
        let stopwatch = Stopwatch(candidate: candidate, compute: compute)
        let latencies = try stopwatch.latencies(examples.sample(parameters.latencySentences)) {
            try progress(0.2 * $0)
        }
        let (logits, seconds) = try stopwatch.predict(
            examples.texts, batchSize: parameters.batchSize
        ) { try progress(0.2 + 0.3 * $0) }
        let evaluation = try Evaluation(logits: logits, labels: examples.classes)
        let scores = try LabelledLogits(logits, classes: examples.classes)

        let answers = Answers(
            candidate: candidate, batchSize: parameters.batchSize, compute: compute)
        let temperature = try answers.temperature(on: rows.valid) { try progress(0.5 + 0.2 * $0) }
        let predicted = (0..<logits.rows).map { firstMaximum(logits.row($0).values) }
        let altered = try rows.altered.enumerated().map { index, texts in
            try answers.altered(texts, originals: examples.texts, predicted: predicted) {
                try progress(0.7 + 0.3 * (Double(index) + $0) / Double(rows.altered.count))
            }
        }
        return ModelResult(
            name: candidate.name, parameters: candidate.parameters, bytes: candidate.bytes,
            evaluation: evaluation, scores: scores, probabilities: scores.probabilities(),
            predicted: predicted, temperature: temperature, altered: altered,
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

    /// Whether each row's prediction is right.
    var right: [Bool] { zip(predicted, scores.classes).map { $0 == $1 } }

    /// The probability of each row's prediction after the temperature: what the package answers.
    var confidences: [Double] {
        zip(scores.probabilities(temperature: temperature ?? 1), predicted).map { $0[$1] }
    }
}

/// Answers of one model beside those that are timed.
private struct Answers {
    let candidate: any Candidate
    let batchSize: Int
    let compute: Compute

    func temperature(
        on valid: ValidExamples, progress: (Double) throws -> Void
    ) throws -> Double? {
        guard !valid.texts.isEmpty else { return nil }
        let logits = try candidate.logits(
            valid.texts, batchSize: batchSize, compute: compute, progress: progress)
        let fit = TemperatureScaling(fitting: try LabelledLogits(logits, classes: valid.classes))
        return fit.hasMinimum ? fit.temperature : nil
    }

    /// Asks only for texts that the model reads otherwise than the originals.
    func altered(
        _ texts: AlteredTexts, originals: [String], predicted: [Int],
        progress: (Double) throws -> Void
    ) throws -> ModelResult.AlteredResult {
        let changed = texts.texts.indices.filter {
            !candidate.readsAlike(originals[$0], texts.texts[$0])
        }
        var predicted = predicted
        if !changed.isEmpty {
            let logits = try candidate.logits(
                changed.map { texts.texts[$0] }, batchSize: batchSize, compute: compute,
                progress: progress)
            for (place, row) in changed.enumerated() {
                predicted[row] = firstMaximum(logits.row(place).values)
            }
        }
        return ModelResult.AlteredResult(
            alteration: texts.alteration, changed: changed.count, predicted: predicted)
    }
}

extension LabelledLogits {
    /// Takes the rows of a matrix; each has a class.
    fileprivate init(_ logits: Tensor, classes: [Int32]) throws {
        try self.init(
            logits: (0..<logits.rows).map { logits.row($0).values.map(Double.init) },
            classes: classes.map(Int.init))
    }
}

private func firstMaximum(_ logits: [Float]) -> Int {
    logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
}
