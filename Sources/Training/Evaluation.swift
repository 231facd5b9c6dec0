import Foundation
public import Tensors

/// Quality of predictions against labels: the numbers that every model is compared by.
public struct Evaluation: Sendable, Equatable {
    /// Examples with a label; the others are left out.
    public let count: Int
    /// The share of labels that are predicted.
    public let accuracy: Double
    /// The unweighted mean of all classes' F1; a class neither present nor predicted counts as 0.
    public let macroF1: Double
    /// `confusion[label][predicted]` is a number of examples.
    public let confusion: [[Int]]
    /// Expected calibration error (Guo et al., arXiv 1706.04599).
    ///
    /// The largest probability falls into one of 15 bins of equal width, open below and closed
    /// above.
    public let calibrationError: Double
    /// The mean squared distance, in 0...2, between the probabilities and the one-hot label.
    public let brier: Double
    /// The mean negative log-likelihood of the labels, in nats.
    public let negativeLogLikelihood: Double

    /// Compares `logits`, [examples, classes], with one class index for each example.
    ///
    /// Labels of -1 are skipped. Of equal logits the first class is the prediction. Throws
    /// `TrainingError` for counts that differ, labels that are no class, logits that are not
    /// finite, and sets without labels.
    public init(logits: Tensor, labels: [Int32]) throws {
        let classes = logits.columns
        guard logits.rows == labels.count else {
            throw TrainingError.mismatch(
                what: "logits", expected: labels.count, found: logits.rows)
        }
        try Self.check(labels: labels, classes: classes)
        let values = logits.values
        var tally = Tally(classes: classes)
        for (row, label) in labels.enumerated() where label >= 0 {
            let scores = values[row * classes..<(row + 1) * classes]
            guard scores.allSatisfy(\.isFinite) else {
                throw TrainingError.notFinite(what: "the logits", row: row)
            }
            tally.add(logProbabilities: Softmax.logs(scores), label: Int(label))
        }
        guard tally.count > 0 else { throw TrainingError.noLabels(what: "evaluation") }
        let total = Double(tally.count)
        count = tally.count
        confusion = tally.confusion
        accuracy = Double((0..<classes).reduce(0) { $0 + tally.confusion[$1][$1] }) / total
        macroF1 = Self.macroF1(tally.confusion)
        calibrationError = tally.bins.reduce(0) { $0 + abs($1.hits - $1.confidence) } / total
        brier = tally.squares / total
        negativeLogLikelihood = tally.surprise / total
    }

    /// Throws unless every label is -1 or the index of a class.
    static func check(labels: [Int32], classes: Int) throws {
        for (row, label) in labels.enumerated() where label < -1 || Int(label) >= classes {
            throw TrainingError.labelOutOfRange(label: label, row: row, classes: classes)
        }
    }

    private static func macroF1(_ confusion: [[Int]]) -> Double {
        let classes = confusion.indices
        let scores = classes.map { c in
            let hits = confusion[c][c]
            let present = confusion[c].reduce(0, +)
            let predicted = classes.reduce(0) { $0 + confusion[$1][c] }
            return hits > 0 ? 2 * Double(hits) / Double(present + predicted) : 0
        }
        return scores.reduce(0, +) / Double(max(1, scores.count))
    }
}

/// Sums over examples that the metrics are made of.
private struct Tally {
    var count = 0
    var confusion: [[Int]]
    var bins = [(hits: Double, confidence: Double)](repeating: (0, 0), count: 15)
    var squares = 0.0
    var surprise = 0.0

    init(classes: Int) {
        confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    }

    mutating func add(logProbabilities: [Double], label: Int) {
        var best = 0
        for c in logProbabilities.indices where logProbabilities[c] > logProbabilities[best] {
            best = c
        }
        let confidence = exp(logProbabilities[best])
        let bin = Int((confidence * Double(bins.count)).rounded(.up)) - 1
        let slot = min(max(bin, 0), bins.count - 1)
        bins[slot].hits += best == label ? 1 : 0
        bins[slot].confidence += confidence
        for (c, log) in logProbabilities.enumerated() {
            let distance = exp(log) - (c == label ? 1 : 0)
            squares += distance * distance
        }
        surprise -= logProbabilities[label]
        confusion[label][best] += 1
        count += 1
    }
}

/// The share of rows for which two models, with logits of one shape, predict the same class.
public func agreement(_ a: Tensor, _ b: Tensor) throws -> Double {
    guard a.rows == b.rows, a.columns == b.columns else {
        throw TrainingError.mismatch(what: "logits", expected: a.count, found: b.count)
    }
    guard a.rows > 0 else { throw TrainingError.noExamples(what: "agreement") }
    func predicted(_ logits: Tensor, _ row: Int) -> Int {
        (0..<logits.columns).reduce(0) { logits[row, $1] > logits[row, $0] ? $1 : $0 }
    }
    let same = (0..<a.rows).reduce(0) { $0 + (predicted(a, $1) == predicted(b, $1) ? 1 : 0) }
    return Double(same) / Double(a.rows)
}
