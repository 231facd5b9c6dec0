import ArgumentParser
import History
import Statistics

struct MetricsTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Tests whether one model's predictions are as good as another's.",
        discussion: """
            Both are files of one JSON object a row, with id, label and predicted. With several
            revisions, such as one for each seed, the two are compared in each of them, and the mean
            of every row is tested. The verdict is pass (proven to lose less than the margin), fail
            (proven to lose more) or inconclusive, with the rows that would decide. Ends with status
            0, 3 and 4 for these.

            EXAMPLES
              nlpipe metrics test evaluation/int8.jsonl evaluation/teacher.jsonl
              nlpipe metrics test evaluation/int8.jsonl evaluation/teacher.jsonl \\
                --revs seed-0 seed-1 seed-2 --margin 1
            """)

    @Argument(help: "The predictions to judge.")
    var model: String
    @Argument(help: "The predictions to judge them by.")
    var reference: String
    @Option(parsing: .upToNextOption, help: "Revisions; the working folder unless given.")
    var revs: [String] = []
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var design: MarginOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let moments = try Moments(global)
        let names: [String?] = revs.isEmpty ? [nil] : revs
        let runs = try names.map { name in
            let values = try moments.values(name)
            return RunComparison.Pair(
                model: try file(model, of: values, name),
                reference: try file(reference, of: values, name))
        }
        guard RunComparison.hasRows(runs) else {
            throw UsageError.noCommonRows(model: model, reference: reference)
        }
        let comparison = try RunComparison(runs, margin: design.share, alpha: design.chance)
        let console = Console()
        if comparison.leftOut > 0 {
            console.warn(
                "\(comparison.leftOut) answers are left out, for their row is not in every file "
                    + "with the same label")
        }
        console.out.line(json ? comparison.json : comparison.text)
        switch comparison.verdict {
        case .pass: return
        case .fail: throw Incomplete(exitCode: Failure.refused)
        case .inconclusive: throw Incomplete(exitCode: Failure.undecided)
        }
    }

    private func file(
        _ path: String, of values: ProjectValues?, _ revision: String?
    ) throws -> PredictionFile {
        let found = try values?.predictions([path]).first
        guard let found, found.problem == nil else {
            throw UsageError.noPredictions(
                path: path, revision: revision, problem: found?.problem)
        }
        return found
    }
}
