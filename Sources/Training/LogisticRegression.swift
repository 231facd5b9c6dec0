import Foundation

/// Multinomial logistic regression on sparse rows, fitted by L-BFGS in Double.
///
/// The weights are one block of `features + 1` numbers per output, the intercept last. Two classes
/// need one output (the logit of the second class against 0), more need one each. The intercept is
/// not penalised, as in scikit-learn.
struct LogisticRegression: Sendable {
    let classes: Int
    let features: Int
    private(set) var weights: [Double]

    var outputs: Int { classes == 2 ? 1 : classes }

    /// Weights of zero.
    init(classes: Int, features: Int) {
        self.classes = classes
        self.features = features
        weights = Array(repeating: 0, count: (classes == 2 ? 1 : classes) * (features + 1))
    }

    /// Minimises `Σ cross-entropy + |w|² / (2·penalty)` from the present weights.
    mutating func fit(
        _ rows: SparseRows, labels: [Int], penalty: Double, iterations: Int = 200,
        progress: (Int) throws -> Void
    ) throws {
        let scale = 1 / (penalty * Double(max(1, rows.count)))
        weights = try LBFGS(iterations: iterations, tolerance: 1e-5).minimise(weights) { point in
            value(at: point, rows: rows, labels: labels, penalty: scale)
        } progress: {
            try progress($0)
        }
    }

    /// One logit for each class.
    func logits(_ row: [(column: Int32, value: Double)]) -> [Double] {
        var scores = (0..<outputs).map { weights[$0 * (features + 1) + features] }
        for (column, value) in row {
            for output in 0..<outputs {
                scores[output] += value * weights[output * (features + 1) + Int(column)]
            }
        }
        return classes == 2 ? [0, scores[0]] : scores
    }

    /// The mean loss with the penalty, and its gradient.
    private func value(at point: [Double], rows: SparseRows, labels: [Int], penalty: Double)
        -> (Double, [Double])
    {
        let stride = features + 1
        let share = 1 / Double(max(1, rows.count))
        var gradient = [Double](repeating: 0, count: point.count)
        var loss = 0.0
        var scores = [Double](repeating: 0, count: outputs)
        for row in 0..<rows.count {
            let range = rows.offsets[row]..<rows.offsets[row + 1]
            for output in 0..<outputs {
                var score = point[output * stride + features]
                for i in range {
                    score += rows.values[i] * point[output * stride + Int(rows.columns[i])]
                }
                scores[output] = score
            }
            let logs = Softmax.logs(classes == 2 ? [0, scores[0]] : scores)
            loss -= share * logs[labels[row]]
            for output in 0..<outputs {
                let which = classes == 2 ? 1 : output
                let slope = share * (exp(logs[which]) - (labels[row] == which ? 1 : 0))
                gradient[output * stride + features] += slope
                for i in range {
                    gradient[output * stride + Int(rows.columns[i])] += slope * rows.values[i]
                }
            }
        }
        for i in point.indices where i % stride != features {
            loss += 0.5 * penalty * point[i] * point[i]
            gradient[i] += penalty * point[i]
        }
        return (loss, gradient)
    }
}
