import Datasets
import Statistics

/// Rows that belong together, which the bootstrap draws as one.
struct RowUnits: Sendable {
    /// Row numbers of every unit.
    let rows: [[Int]]

    init(_ examples: [Row], unit: EvaluateParameters.Unit) {
        guard unit == .group else {
            rows = examples.indices.map { [$0] }
            return
        }
        var places: [String: Int] = [:]
        var units: [[Int]] = []
        for (index, row) in examples.enumerated() {
            if let group = row.group, let place = places[group] {
                units[place].append(index)
            } else {
                if let group = row.group { places[group] = units.count }
                units.append([index])
            }
        }
        rows = units
    }
}

/// How far a model's numbers may be from what other rows of the same kind would give.
struct Uncertainty: Sendable, Equatable {
    /// Wilson's interval, rows taken as independent.
    let accuracy: Interval
    /// By bootstrap over units.
    let accuracyByUnit: Interval
    /// By bootstrap over units.
    let macroF1: Interval

    init(_ result: ModelResult, units: RowUnits, parameters: EvaluateParameters) throws {
        let right = result.right
        accuracy = try WilsonInterval.interval(
            successes: right.count(where: \.self), trials: right.count,
            confidence: parameters.confidence)
        let bootstrap = try Bootstrap(parameters)
        let classes = result.evaluation.confusion.count
        // What a unit adds to the confusion matrix: (cell, rows), most cells are empty.
        let cells = units.rows.map { rows in
            Dictionary(
                rows.map { (result.scores.classes[$0] * classes + result.predicted[$0], 1) },
                uniquingKeysWith: +
            ).sorted { $0.key < $1.key }
        }
        func confusion(_ counts: [Int]) -> [Int] {
            var matrix = [Int](repeating: 0, count: classes * classes)
            for (unit, count) in counts.enumerated() where count > 0 {
                for (cell, rows) in cells[unit] { matrix[cell] += count * rows }
            }
            return matrix
        }
        accuracyByUnit = try bootstrap.interval(units: cells.count, stream: "rows") { counts in
            let matrix = confusion(counts)
            let hits = (0..<classes).reduce(0) { $0 + matrix[$1 * classes + $1] }
            return Double(hits) / Double(max(1, matrix.reduce(0, +)))
        }
        macroF1 = try bootstrap.interval(units: cells.count, stream: "rows") { counts in
            Self.macroF1(confusion(counts), classes: classes)
        }
    }

    /// The unweighted mean of all classes' F1 of a matrix, labels by predictions, row by row.
    static func macroF1(_ matrix: [Int], classes: Int) -> Double {
        let scores = (0..<classes).map { c in
            let hits = matrix[c * classes + c]
            let present = (0..<classes).reduce(0) { $0 + matrix[c * classes + $1] }
            let predicted = (0..<classes).reduce(0) { $0 + matrix[$1 * classes + c] }
            return hits > 0 ? 2 * Double(hits) / Double(present + predicted) : 0
        }
        return scores.reduce(0, +) / Double(max(1, classes))
    }
}

extension Bootstrap {
    /// The bootstrap that the parameters describe.
    init(_ parameters: EvaluateParameters) throws {
        try self.init(
            resamples: parameters.bootstrap.resamples, confidence: parameters.confidence,
            seed: parameters.seed)
    }
}
