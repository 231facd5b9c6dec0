public import ParamValues
import Statistics

/// The predictions of two revisions, file by file and row by row.
public struct PredictionReport: Sendable {
    /// One file on both sides.
    struct Comparison: Sendable {
        let path: String
        let outcomes: PairedOutcomes
        /// Of the difference of accuracies, at 95 %.
        let interval: Interval
        /// McNemar's exact p-value, by itself and corrected for the number of files.
        let exact, corrected: Double
        let nonInferiority: NonInferiority
    }

    /// What could not be compared, and why; sentences.
    public let problems: [String]
    let comparisons: [Comparison]
    private let flips: FlipReport
    private let names: (old: String, new: String)
    private let margin: Double

    /// Compares files of the same path.
    ///
    /// - Parameters:
    ///   - names: what to call the two sides.
    ///   - margin: the loss of accuracy that is acceptable, a share.
    ///   - alpha: the chance to pass where that much is lost.
    ///   - mostFlips: how many rows of each direction are listed.
    ///   - texts: where the texts of rows are looked for; nil for nowhere.
    ///
    /// Throws for margins and chances that make no sense.
    public init(
        old: [PredictionFile], new: [PredictionFile], names: (String, String), margin: Double,
        alpha: Double, mostFlips: Int = 0, textsIn texts: ProjectValues? = nil
    ) throws {
        let design = try NonInferiority.Design(margin: margin, alpha: alpha)
        let before = Dictionary(old.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var problems: [String] = []
        var pairs: [(path: String, rows: PairedRows)] = []
        for (file, side) in old.map({ ($0, names.0) }) + new.map({ ($0, names.1) }) {
            if let problem = file.problem {
                problems.append("'\(file.path)' of \(side) holds no predictions: \(problem)")
            }
        }
        for file in new where file.problem == nil {
            guard let other = before[file.path], other.problem == nil else { continue }
            let rows = try PairedRows(model: file, reference: other)
            if rows.leftOut > 0 {
                problems.append(
                    "'\(file.path)': \(rows.leftOut) answers are left out, for they have no row of "
                        + "the same id and label on the other side")
            }
            guard rows.outcomes.rows > 0 else { continue }
            pairs.append((file.path, rows))
        }
        if pairs.isEmpty {
            problems.append(
                "no predictions of both '\(names.0)' and '\(names.1)' are at hand: they are read "
                    + "from git, the cache and the working folder")
        }
        let exact = try pairs.map { try McNemarTest($0.rows.outcomes).exact }
        let corrected = HolmCorrection.adjusted(exact)
        comparisons = try pairs.indices.map { index in
            let (path, outcomes) = (pairs[index].path, pairs[index].rows.outcomes)
            return Comparison(
                path: path, outcomes: outcomes,
                interval: try PairedDifference(outcomes).interval(),
                exact: exact[index], corrected: corrected[index],
                nonInferiority: try NonInferiority(outcomes, design: design))
        }
        flips = FlipReport(pairs, most: mostFlips, textsIn: texts)
        self.problems = problems
        self.names = names
        self.margin = margin
    }

    /// The tests as a table, Markdown if asked for; accuracies and differences in percent and points.
    ///
    /// Empty where nothing could be compared.
    public func text(md: Bool) -> String {
        guard !comparisons.isEmpty else { return "" }
        let points = DecimalText.text(100 * margin, precision: 4)
        let table = TextTable(
            header: [
                "Predictions", "Rows", names.old, names.new, "Points", "95 %", "Gained", "Lost",
                "p", "p (Holm)", "At \(points) points",
            ],
            rows: comparisons.map { row in
                let interval = [row.interval.low, row.interval.high].map(Self.points)
                return [
                    row.path, "\(row.outcomes.rows)", Self.percent(row.accuracy.old),
                    Self.percent(row.accuracy.new), Self.points(row.outcomes.difference),
                    interval.joined(separator: " to "), "\(row.outcomes.gained)",
                    "\(row.outcomes.lost)", Self.decimal(row.exact), Self.decimal(row.corrected),
                    row.verdict + (row.rowsNeeded.map { ", \($0) rows needed" } ?? ""),
                ]
            })
        return [md ? table.markdown : table.plain, flips.text(md: md)]
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// `{file: {"accuracy": {"old", "new", "diff", "interval", …, "verdict", "rows_needed"},
    /// "flips": {"lost", "gained"}}}`.
    public var json: [String: ParamValue] {
        let pairs = comparisons.map { row -> (String, ParamValue) in
            let values: [String: ParamValue] = [
                "old": .double(row.accuracy.old), "new": .double(row.accuracy.new),
                "diff": .double(row.outcomes.difference), "rows": .int(row.outcomes.rows),
                "interval": .list([.double(row.interval.low), .double(row.interval.high)]),
                "gained": .int(row.outcomes.gained), "lost": .int(row.outcomes.lost),
                "mcnemar_p": .double(row.exact), "mcnemar_p_holm": .double(row.corrected),
                "worse_p": .double(row.nonInferiority.notWorse), "verdict": .string(row.verdict),
                "rows_needed": row.rowsNeeded.map(ParamValue.int) ?? .null,
            ]
            return (
                row.path,
                .object(["accuracy": .object(values), "flips": flips.json(of: row.path)])
            )
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private static func decimal(_ value: Double) -> String {
        DecimalText.text(value, precision: 4)
    }

    private static func percent(_ share: Double) -> String {
        DecimalText.text(100 * share, precision: 2) + " %"
    }

    private static func points(_ share: Double) -> String {
        (share > 0 ? "+" : "") + DecimalText.text(100 * share, precision: 2)
    }
}

extension PredictionReport.Comparison {
    /// The shares of right answers.
    var accuracy: (old: Double, new: Double) {
        let rows = Double(max(1, outcomes.rows))
        return (
            Double(outcomes.both + outcomes.lost) / rows,
            Double(outcomes.both + outcomes.gained) / rows
        )
    }

    var verdict: String {
        switch nonInferiority.verdict {
        case .pass: "pass"
        case .fail: "fail"
        case .inconclusive: "inconclusive"
        }
    }

    var rowsNeeded: Int? {
        if case .inconclusive(let rows) = nonInferiority.verdict { rows } else { nil }
    }
}
