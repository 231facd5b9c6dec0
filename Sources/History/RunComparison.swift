import ParamValues
public import Statistics

/// A model's predictions against a reference's, of one run or on average over several.
public struct RunComparison: Sendable {
    /// The two files of one run.
    public struct Pair: Sendable {
        let model: PredictionFile
        let reference: PredictionFile
        var files: [PredictionFile] { [model, reference] }

        /// Pairs two files that were read without a problem.
        public init(model: PredictionFile, reference: PredictionFile) {
            self.model = model
            self.reference = reference
        }
    }

    /// Rows that are not in every file with the same label.
    public let leftOut: Int
    /// The answer.
    public let verdict: NonInferiority.Verdict
    let rows: Int
    /// Mean accuracies of the runs.
    let accuracy: (model: Double, reference: Double)
    let difference: Double
    /// At 1 − 2·alpha: what the verdict reads.
    let interval: Interval
    let notWorse: Double
    private let runs: Int
    private let design: NonInferiority.Design

    /// Compares the rows that every file has with the same label.
    ///
    /// One run goes by the score statistic, several by `RepeatedRuns`. Throws `StatisticsError` where
    /// no row is left, and for margins and chances that make no sense.
    public init(_ runs: [Pair], margin: Double, alpha: Double) throws {
        design = try NonInferiority.Design(margin: margin, alpha: alpha)
        self.runs = runs.count
        let files = runs.flatMap(\.files)
        let ids = Self.common(files)
        let all = files.reduce(into: Set<String>()) { $0.formUnion($1.answers.keys) }
        leftOut = all.count - ids.count
        rows = ids.count

        func right(_ file: PredictionFile, _ id: String) -> Bool {
            file.answers[id].map { $0.label == $0.predicted } ?? false
        }
        func mean(_ file: (Pair) -> PredictionFile) -> Double {
            let hits = runs.reduce(0) { sum, run in sum + ids.count { right(file(run), $0) } }
            return Double(hits) / Double(max(1, ids.count * runs.count))
        }
        accuracy = (mean(\.model), mean(\.reference))
        if let run = runs.first, runs.count == 1 {
            let outcomes = try PairedOutcomes(
                model: ids.map { right(run.model, $0) },
                reference: ids.map { right(run.reference, $0) })
            let test = try NonInferiority(outcomes, design: design)
            (difference, interval) = (outcomes.difference, test.interval)
            (notWorse, verdict) = (test.notWorse, test.verdict)
        } else {
            let differences = ids.map { id in
                let net = runs.reduce(0) { sum, run in
                    sum + (right(run.model, id) ? 1 : 0) - (right(run.reference, id) ? 1 : 0)
                }
                return Double(net) / Double(max(1, runs.count))
            }
            let test = try RepeatedRuns(differences: differences, design: design)
            (difference, interval) = (test.difference, test.interval)
            (notWorse, verdict) = (test.notWorse, test.verdict)
        }
    }

    /// Whether there is a row that every file has with the same label.
    public static func hasRows(_ runs: [Pair]) -> Bool { !common(runs.flatMap(\.files)).isEmpty }

    private static func common(_ files: [PredictionFile]) -> [String] {
        (files.first?.answers ?? [:]).filter { id, answer in
            files.allSatisfy { $0.answers[id]?.label == answer.label }
        }.keys.sorted()
    }

    /// A line of numbers and one with the verdict.
    public var text: String {
        func number(_ share: Double) -> String { DecimalText.text(100 * share, precision: 2) }
        func points(_ share: Double) -> String { (share > 0 ? "+" : "") + number(share) }
        let confidence = number(1 - 2 * design.alpha)
        let margin = number(design.margin)
        let answer =
            switch verdict {
            case .pass: "pass: loses less than \(margin) points"
            case .fail: "fail: loses more than \(margin) points"
            case .inconclusive(let rows):
                "inconclusive at \(margin) points"
                    + (rows.map { ": \($0) rows would decide" } ?? "")
            }
        let of = runs == 1 ? "" : ", mean of \(runs) runs"
        return """
            \(rows) rows\(of): \(number(accuracy.model)) % against \(number(accuracy.reference)) %, \
            \(points(difference)) points (\(confidence) %: \(points(interval.low)) to \
            \(points(interval.high))), p \(DecimalText.text(notWorse, precision: 4))
            \(answer)
            """
    }

    /// One object with the same numbers; shares, not percent.
    public var json: String {
        let (word, needed): (String, Int?) =
            switch verdict {
            case .pass: ("pass", nil)
            case .fail: ("fail", nil)
            case .inconclusive(let rows): ("inconclusive", rows)
            }
        return ParamValue.object([
            "rows": .int(rows), "runs": .int(runs), "left_out": .int(leftOut),
            "accuracy": .double(accuracy.model), "reference_accuracy": .double(accuracy.reference),
            "difference": .double(difference),
            "interval": .list([.double(interval.low), .double(interval.high)]),
            "margin": .double(design.margin), "alpha": .double(design.alpha),
            "worse_p": .double(notWorse), "verdict": .string(word),
            "rows_needed": needed.map(ParamValue.int) ?? .null,
        ]).canonicalText
    }
}
