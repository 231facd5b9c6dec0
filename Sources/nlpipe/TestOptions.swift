import ArgumentParser
import History

/// What `metrics diff --test` asks of two revisions' predictions.
struct TestOptions: ParsableArguments {
    @Flag(help: "Also test whether the predictions got worse, row by row.")
    var test = false
    @Option(
        parsing: .upToNextOption,
        help: "Files of predictions, or folders of them; the evaluate stage's unless given.")
    var predictions: [String] = []
    @Option(help: "Points of accuracy that may be lost.")
    var margin: Double?
    @Option(help: "Chance of a verdict 'pass' where the margin or more is lost.")
    var alpha: Double?

    private static let margin = 1.5
    private static let alpha = 0.05

    func validate() throws {
        guard test || (predictions.isEmpty && margin == nil && alpha == nil) else {
            throw ValidationError("'--predictions', '--margin' and '--alpha' need '--test'")
        }
        if let margin, !(margin > 0 && margin < 100) {
            throw ValidationError("'--margin' is \(margin); expected points above 0, below 100")
        }
        if let alpha, !(alpha > 0 && alpha < 0.5) {
            throw ValidationError("'--alpha' is \(alpha); expected above 0, below 0.5")
        }
    }

    /// Compares the predictions of two moments; nil is a moment without a pipeline.
    ///
    /// What cannot be compared is said on standard error.
    func compare(
        _ old: ProjectValues?, _ new: ProjectValues?, _ sides: Sides
    ) throws -> PredictionReport {
        let report = try PredictionReport(
            old: old?.predictions(predictions) ?? [], new: new?.predictions(predictions) ?? [],
            names: (sides.oldName, sides.newName),
            margin: (margin ?? Self.margin) / 100, alpha: alpha ?? Self.alpha)
        for problem in report.problems { Console().warn(problem) }
        return report
    }
}
