import Statistics

/// How far models' numbers may be from what other rows of the same kind would give.
struct Uncertainty: Sendable, Equatable {
    /// Wilson's interval, rows taken as independent.
    let accuracy: Interval
    /// By bootstrap over units.
    let accuracyByUnit: Interval
    /// By bootstrap over units.
    let macroF1: Interval
    /// Of the accuracy minus that of the reference, by bootstrap over units.
    let differenceByUnit: Interval

    /// One value for each result; all see the same samples.
    ///
    /// Without the reference among them differences are those to 0.
    static func all(
        _ results: [ModelResult], units: RowUnits, parameters: EvaluateParameters
    ) throws -> [Uncertainty] {
        let bootstrap = try Bootstrap(
            resamples: parameters.bootstrap.resamples, confidence: parameters.confidence,
            seed: parameters.seed)
        let confusions = results.map { UnitConfusion($0, units: units) }
        let reference = results.firstIndex { $0.name == parameters.reference }
        let intervals = try bootstrap.intervals(units: units.rows.count, stream: "rows") { counts in
            let matrices = confusions.map { $0.matrix(counts) }
            let accuracies = zip(confusions, matrices).map { $0.accuracy($1) }
            let base = reference.map { accuracies[$0] } ?? 0
            return zip(confusions, matrices).map { $0.macroF1($1) }
                + accuracies + accuracies.map { $0 - base }
        }
        let count = results.count
        return try results.indices.map { index in
            let right = results[index].right
            return Uncertainty(
                accuracy: try WilsonInterval.interval(
                    successes: right.count(where: \.self), trials: right.count,
                    confidence: parameters.confidence),
                accuracyByUnit: intervals[count + index], macroF1: intervals[index],
                differenceByUnit: intervals[2 * count + index])
        }
    }
}

/// A model's confusion matrix as a sum over units.
private struct UnitConfusion {
    private let classes: Int
    /// The cells that unit `u` adds to: those from `starts[u]` to `starts[u + 1]`.
    private let starts: [Int]
    private let cells: [Int]
    private let rows: [Int]

    init(_ result: ModelResult, units: RowUnits) {
        let classes = result.evaluation.confusion.count
        var (starts, cells, counts) = ([0], [Int](), [Int]())
        for unit in units.rows {
            var sums: [Int: Int] = [:]
            for row in unit {
                sums[result.scores.classes[row] * classes + result.predicted[row], default: 0] += 1
            }
            for (cell, rows) in sums.sorted(by: { $0.key < $1.key }) {
                cells.append(cell)
                counts.append(rows)
            }
            starts.append(cells.count)
        }
        self.classes = classes
        self.starts = starts
        self.cells = cells
        rows = counts
    }

    /// The matrix, row by row, labels by predictions, with every unit taken so often.
    func matrix(_ counts: [Int]) -> [Int] {
        var matrix = [Int](repeating: 0, count: classes * classes)
        for (unit, count) in counts.enumerated() where count > 0 {
            for place in starts[unit]..<starts[unit + 1] {
                matrix[cells[place]] += count * rows[place]
            }
        }
        return matrix
    }

    func accuracy(_ matrix: [Int]) -> Double {
        let hits = (0..<classes).reduce(0) { $0 + matrix[$1 * classes + $1] }
        return Double(hits) / Double(max(1, matrix.reduce(0, +)))
    }

    /// The unweighted mean of all classes' F1; a class neither present nor predicted counts as 0.
    func macroF1(_ matrix: [Int]) -> Double {
        let scores = (0..<classes).map { c in
            let hits = matrix[c * classes + c]
            let present = (0..<classes).reduce(0) { $0 + matrix[c * classes + $1] }
            let predicted = (0..<classes).reduce(0) { $0 + matrix[$1 * classes + c] }
            return hits > 0 ? 2 * Double(hits) / Double(present + predicted) : 0
        }
        return scores.reduce(0, +) / Double(max(1, classes))
    }
}
