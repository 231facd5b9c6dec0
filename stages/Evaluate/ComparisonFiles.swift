import StageKit
import Statistics

/// The folder `evaluation`: how the models differ, in tables that people read.
struct ComparisonFiles {
    let report: EvaluationReport

    /// `comparisons.json`: the verdicts in words.
    private struct Verdicts: Encodable {
        var reference: String
        /// Points of accuracy.
        var margin: Double
        var alpha: Double
        var models: [String: Verdict]
    }

    private struct Verdict: Encodable {
        var verdict: String
        /// The interval of the difference that the verdict reads, in points.
        var interval: [Double]
        var rows: Int
        var rowsNeeded: Int?

        enum CodingKeys: String, CodingKey {
            case verdict, interval, rows
            case rowsNeeded = "rows_needed"
        }
    }

    /// Writes `comparisons.json`, `flips.csv`, `slices.csv`, `altered.csv`.
    func write(to folder: String) throws {
        try StableJSON.write(verdicts, to: "\(folder)/comparisons.json")
        try flips.write(to: "\(folder)/flips.csv")
        try slices.write(to: "\(folder)/slices.csv")
        try altered().write(to: "\(folder)/altered.csv")
    }

    private var verdicts: Verdicts {
        let pairs = report.comparisons.map { comparison in
            let test = comparison.nonInferiority
            return (
                comparison.model.name,
                Verdict(
                    verdict: test.verdict.word,
                    interval: [test.interval.low, test.interval.high].map {
                        StableJSON.rounded(100 * $0, decimals: 4)
                    },
                    rows: comparison.outcomes.rows, rowsNeeded: test.verdict.rowsNeeded)
            )
        }
        return Verdicts(
            reference: report.parameters.reference, margin: report.parameters.margin,
            alpha: report.parameters.alpha,
            models: Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    }

    /// Rows on which a model says something else than the reference: first those that it lost, then
    /// those that it gained, then those that both have wrong; the surest first.
    private var flips: Table {
        var table = Table([
            "model", "direction", "id", "label", "reference", "reference_confidence", "predicted",
            "confidence", "text",
        ])
        for comparison in report.comparisons {
            let (model, reference) = (comparison.model, comparison.reference)
            let (sure, before) = (model.confidences, reference.confidences)
            let rows = model.predicted.indices.filter {
                model.predicted[$0] != reference.predicted[$0]
            }
            let (right, other) = (model.right, reference.right)
            for direction in ["lost", "gained", "other"] {
                let flipped = rows.filter { row in
                    switch direction {
                    case "lost": other[row]
                    case "gained": right[row]
                    default: !right[row] && !other[row]
                    }
                }
                for row in flipped.sorted(by: { (sure[$1], $0) < (sure[$0], $1) }) {
                    let example = report.examples.rows[row]
                    table.add([
                        model.name, direction, "\(example.id)", example.label ?? "",
                        report.labels[reference.predicted[row]], Table.number(before[row]),
                        report.labels[model.predicted[row]], Table.number(sure[row]), example.text,
                    ])
                }
            }
        }
        return table
    }

    private var slices: Table {
        var table = Table([
            "model", "kind", "slice", "rows", "accuracy", "reference_accuracy", "difference",
            "gained", "lost", "p", "p_holm",
        ])
        for comparison in report.comparisons {
            for part in comparison.slices {
                let outcomes = part.outcomes
                let rows = Double(max(1, outcomes.rows))
                table.add(
                    [
                        comparison.model.name, part.slice.kind.rawValue, part.slice.name,
                        "\(outcomes.rows)",
                        Table.number(Double(outcomes.both + outcomes.gained) / rows),
                        Table.number(Double(outcomes.both + outcomes.lost) / rows),
                        Table.number(outcomes.difference), "\(outcomes.gained)", "\(outcomes.lost)",
                    ] + [part.exact, part.corrected].map(Table.number))
            }
        }
        return table
    }

    /// Every model on the altered texts, against itself on the texts as they are.
    private func altered() throws -> Table {
        var table = Table([
            "model", "alteration", "rows", "changed", "accuracy", "low", "high", "difference",
            "difference_low", "difference_high", "gained", "lost", "p",
        ])
        let confidence = report.parameters.confidence
        for result in report.results {
            for altered in result.altered {
                let right = zip(altered.predicted, result.scores.classes).map { $0 == $1 }
                let outcomes = try PairedOutcomes(model: right, reference: result.right)
                let accuracy = try WilsonInterval.interval(
                    successes: right.count(where: \.self), trials: right.count,
                    confidence: confidence)
                let change = try PairedDifference(outcomes).interval(confidence: confidence)
                let share = Double(outcomes.both + outcomes.gained) / Double(outcomes.rows)
                table.add(
                    [
                        result.name, altered.alteration.rawValue, "\(outcomes.rows)",
                        "\(altered.changed)",
                    ]
                        + [
                            share, accuracy.low, accuracy.high, outcomes.difference, change.low,
                            change.high,
                        ].map(Table.number) + ["\(outcomes.gained)", "\(outcomes.lost)"]
                        + [Table.number(try McNemarTest(outcomes).exact)])
            }
        }
        return table
    }
}
