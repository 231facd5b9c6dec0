import Foundation
public import Tensors

/// The loss on logits: cross-entropy with labels, and distillation from a teacher's logits.
///
/// With a teacher, as in Hinton et al. (arXiv 1503.02531), for a batch of B rows of which n have a
/// label:
///
///     L = α·T²·1/B·Σ KL(softmax(t/T) ‖ softmax(s/T)) + (1 − α)·1/n·Σ CE(label, s)
///
/// Rows without a label thus take part in the soft term only, and the hard term stays a mean over
/// the rows that it knows, as with PyTorch's `ignore_index`. Without a teacher L is the hard term
/// alone, with weight 1. With weights of classes the hard term is a weighted mean, as PyTorch's
/// `CrossEntropyLoss(weight)` has it: Σ w·CE / Σ w. Sums are in Double.
public struct Objective: Sendable {
    let alpha: Double
    let temperature: Double
    private let classWeights: [Double]

    /// Creates the loss.
    ///
    /// - Parameters:
    ///   - alpha: the teacher's share, 0 to 1; matters only where there is a teacher.
    ///   - temperature: softens both distributions; matters only where there is a teacher.
    ///   - classWeights: what a row of each class counts in the hard term; empty for all the same.
    public init(alpha: Double = 0, temperature: Double = 1, classWeights: [Double] = []) {
        self.alpha = alpha
        self.temperature = temperature
        self.classWeights = classWeights
    }

    /// The loss of a batch and its gradient by the logits, both [rows, classes].
    ///
    /// - Parameters:
    ///   - labels: a class index for each row, -1 for none.
    ///   - teacher: the teacher's logits, of the same shape; nil for labels alone.
    public func evaluate(logits: Tensor, labels: [Int32], teacher: Tensor? = nil) throws
        -> (loss: Double, gradient: Tensor)
    {
        let rows = logits.rows
        let classes = logits.columns
        try check(rows: rows, classes: classes, labels: labels, teacher: teacher)
        let labelled = labels.reduce(0) { $0 + ($1 >= 0 ? weight(of: $1) : 0) }
        let hard = (teacher == nil ? 1 : 1 - alpha) / (labelled > 0 ? labelled : 1)
        let soft = alpha * temperature / Double(max(1, rows))
        let scores = logits.values
        let targets = teacher?.values
        var gradient = [Float](repeating: 0, count: scores.count)
        var loss = 0.0
        for row in 0..<rows {
            let range = row * classes..<(row + 1) * classes
            var slopes = [Double](repeating: 0, count: classes)
            if labels[row] >= 0 {
                let logs = Softmax.logs(scores[range])
                let hard = hard * weight(of: labels[row])
                loss -= hard * logs[Int(labels[row])]
                for c in 0..<classes {
                    slopes[c] += hard * (exp(logs[c]) - (c == Int(labels[row]) ? 1 : 0))
                }
            }
            if let targets {
                let student = Softmax.logs(scores[range], temperature: temperature)
                let teacher = Softmax.logs(targets[range], temperature: temperature)
                for c in 0..<classes {
                    let share = exp(teacher[c])
                    loss += soft * temperature * share * (teacher[c] - student[c])
                    slopes[c] += soft * (exp(student[c]) - share)
                }
            }
            for c in 0..<classes { gradient[range.lowerBound + c] = Float(slopes[c]) }
        }
        return (loss, Tensor(gradient, shape: [rows, classes]))
    }

    private func weight(of label: Int32) -> Double {
        classWeights.isEmpty ? 1 : classWeights[Int(label)]
    }

    private func check(rows: Int, classes: Int, labels: [Int32], teacher: Tensor?) throws {
        guard labels.count == rows else {
            throw TrainingError.mismatch(what: "labels", expected: rows, found: labels.count)
        }
        try Evaluation.check(labels: labels, classes: classes)
        guard classWeights.isEmpty || classWeights.count == classes else {
            throw TrainingError.mismatch(
                what: "weights of classes", expected: classes, found: classWeights.count)
        }
        guard let teacher else { return }
        guard teacher.rows == rows else {
            throw TrainingError.mismatch(
                what: "rows of the teacher's logits", expected: rows, found: teacher.rows)
        }
        guard teacher.columns == classes else {
            throw TrainingError.mismatch(
                what: "columns of the teacher's logits", expected: classes, found: teacher.columns)
        }
    }
}
