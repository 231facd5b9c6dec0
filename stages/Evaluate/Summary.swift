import StageKit
import Statistics

/// `metrics/evaluate.json`: what is the same in every run.
struct Summary: Encodable, Equatable {
    /// The ends of an interval.
    struct Ends: Encodable, Equatable {
        var low: Double
        var high: Double

        init(_ interval: Interval) {
            low = StableJSON.rounded(interval.low)
            high = StableJSON.rounded(interval.high)
        }
    }

    /// Probabilities after the temperature that was fitted on the validation rows.
    struct Calibrated: Encodable, Equatable {
        var temperature: Double
        var calibrationError: Double
        var logLoss: Double
        var brier: Double

        enum CodingKeys: String, CodingKey {
            case temperature, brier
            case calibrationError = "ece"
            case logLoss = "nll"
        }
    }

    /// One model's numbers.
    struct Model: Encodable, Equatable {
        var accuracy: Double
        var accuracyInterval: Ends
        var accuracyIntervalByUnit: Ends
        var macroF1: Double
        var macroF1Interval: Ends
        var calibrationError: Double
        var logLoss: Double
        var brier: Double
        var calibrated: Calibrated?
        /// Alteration → accuracy on altered texts.
        var altered: [String: Double]
        var bytes: Int
        var parameters: Int

        enum CodingKeys: String, CodingKey {
            case accuracy, bytes, parameters, brier, calibrated, altered
            case accuracyInterval = "accuracy_interval"
            case accuracyIntervalByUnit = "accuracy_interval_by_unit"
            case macroF1 = "macro_f1"
            case macroF1Interval = "macro_f1_interval"
            case calibrationError = "ece"
            case logLoss = "nll"
        }
    }

    /// One model against the reference.
    struct Against: Encodable, Equatable {
        /// Accuracy of the model minus that of the reference.
        var difference: Double
        var interval: Ends
        var intervalByUnit: Ends
        /// Rows that only the model, or only the reference, has right.
        var gained: Int
        var lost: Int
        /// McNemar's exact test; then corrected for the number of models.
        var exact: Double
        var corrected: Double
        /// The p-value of "worse by the margin or more".
        var worse: Double
        /// 1 pass, 0 inconclusive, −1 fail.
        var verdict: Int
        var rowsNeeded: Int?
        var slices: Int
        var slicesThatDiffer: Int

        enum CodingKeys: String, CodingKey {
            case difference, interval, gained, lost, verdict, slices
            case intervalByUnit = "interval_by_unit"
            case exact = "mcnemar_p"
            case corrected = "mcnemar_p_holm"
            case worse = "worse_p"
            case rowsNeeded = "rows_needed"
            case slicesThatDiffer = "slices_that_differ"
        }
    }

    /// What was asked.
    struct Design: Encodable, Equatable {
        /// Points of accuracy.
        var margin: Double
        var alpha: Double
        var power: Double
        var confidence: Double
        /// Share of words misspelt.
        var typos: Double
    }

    var models: [String: Model]
    /// Reference → model → the two compared.
    var against: [String: [String: Against]]
    var design: Design
    var testRows: Int
    /// Bytes of the teacher's weights in float32 over the bytes of the INT8 weights file.
    var sizeRatio: Double?
    /// Accuracy of the INT8 model over that of the teacher.
    var accuracyKept: Double?
    /// Share of the rows on which the INT8 and the pruned float model say the same.
    var agreement: Double?

    enum CodingKeys: String, CodingKey {
        case models, against, design
        case testRows = "test_rows"
        case sizeRatio = "size_ratio"
        case accuracyKept = "accuracy_kept"
        case agreement = "int8_agreement"
    }

    init(_ report: EvaluationReport) throws {
        let parameters = report.parameters
        let named = Dictionary(
            report.results.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        models = Dictionary(
            try zip(report.results, report.uncertainties).map {
                ($0.name, try Model($0, uncertainty: $1))
            }, uniquingKeysWith: { first, _ in first })
        let pairs = report.comparisons.map {
            ($0.model.name, Against($0, alpha: parameters.alpha))
        }
        against = [
            parameters.reference: Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        ]
        design = Design(
            margin: parameters.margin, alpha: parameters.alpha, power: parameters.power,
            confidence: parameters.confidence, typos: parameters.typos)
        testRows = report.examples.rows.count
        guard let teacher = named["teacher"], let int8 = named["int8"] else { return }
        sizeRatio = Self.ratio(4 * Double(teacher.parameters), Double(int8.bytes))
        accuracyKept = Self.ratio(int8.evaluation.accuracy, teacher.evaluation.accuracy)
        agreement = named["pruned"].map { StableJSON.rounded(int8.agreement(with: $0)) }
    }

    private static func ratio(_ part: Double, _ whole: Double) -> Double? {
        whole > 0 ? StableJSON.rounded(part / whole) : nil
    }
}

extension Summary.Model {
    fileprivate init(_ result: ModelResult, uncertainty: Uncertainty) throws {
        accuracy = StableJSON.rounded(result.evaluation.accuracy)
        accuracyInterval = Summary.Ends(uncertainty.accuracy)
        accuracyIntervalByUnit = Summary.Ends(uncertainty.accuracyByUnit)
        macroF1 = StableJSON.rounded(result.evaluation.macroF1)
        macroF1Interval = Summary.Ends(uncertainty.macroF1)
        calibrationError = StableJSON.rounded(result.evaluation.calibrationError)
        logLoss = StableJSON.rounded(result.evaluation.negativeLogLikelihood)
        brier = StableJSON.rounded(result.evaluation.brier)
        calibrated = try result.temperature.map { temperature in
            Summary.Calibrated(
                temperature: StableJSON.rounded(temperature),
                calibrationError: StableJSON.rounded(
                    try Reliability(confidences: result.confidences, right: result.right)
                        .expectedError),
                logLoss: StableJSON.rounded(
                    result.scores.negativeLogLikelihood(temperature: temperature)),
                brier: StableJSON.rounded(result.scores.brier(temperature: temperature)))
        }
        let right = result.altered.map { altered in
            (
                altered.alteration.rawValue,
                zip(altered.predicted, result.scores.classes).count { $0 == $1 }
            )
        }
        let rows = Double(max(1, result.predicted.count))
        altered = Dictionary(
            right.map { ($0.0, StableJSON.rounded(Double($0.1) / rows)) },
            uniquingKeysWith: { first, _ in first })
        bytes = result.bytes
        parameters = result.parameters
    }
}

extension Summary.Against {
    fileprivate init(_ comparison: Comparison, alpha: Double) {
        difference = StableJSON.rounded(comparison.outcomes.difference)
        interval = Summary.Ends(comparison.interval)
        intervalByUnit = Summary.Ends(comparison.intervalByUnit)
        gained = comparison.outcomes.gained
        lost = comparison.outcomes.lost
        exact = StableJSON.rounded(comparison.exact)
        corrected = StableJSON.rounded(comparison.corrected)
        worse = StableJSON.rounded(comparison.nonInferiority.notWorse)
        verdict = comparison.nonInferiority.verdict.number
        rowsNeeded = comparison.nonInferiority.verdict.rowsNeeded
        slices = comparison.slices.count
        slicesThatDiffer = comparison.slicesThatDiffer(alpha: alpha)
    }
}
