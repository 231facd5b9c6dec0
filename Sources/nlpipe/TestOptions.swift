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
    @Option(help: "Rows of each direction to list that one side has right; 5 unless given.")
    var flips: Int?
    @OptionGroup var design: MarginOptions

    func validate() throws {
        guard test || (predictions.isEmpty && flips == nil && !design.isGiven) else {
            throw ValidationError(
                "'--predictions', '--flips', '--margin' and '--alpha' need '--test'")
        }
        if let flips, !(0...100_000).contains(flips) {
            throw ValidationError("'--flips' is \(flips); expected 0 to 100000")
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
            names: (sides.oldName, sides.newName), margin: design.share, alpha: design.chance,
            mostFlips: flips ?? 5, textsIn: new ?? old)
        for problem in report.problems { Console().warn(problem) }
        return report
    }
}
