public import StageKit

import Datasets
import Tensors

/// The evaluate stage: every model of the pipeline, and a linear baseline, on the test split under
/// one protocol.
public struct Evaluate: StageModule {
    /// What `run:` names.
    public static let name = "evaluate"
    /// One line for listings.
    public static let summary = "Score every model and a linear baseline on the test split."
    /// Digest of this module and of the package code it uses.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files

    /// Creates the module.
    public init() {}

    /// Scores the deps `teacher`, `student`, `pruned`, `int8` on the test rows of `prepared`.
    ///
    /// Fits every model's temperature on the validation rows. Writes the folder `evaluation`
    /// (predictions of every row, confusion matrices, flips, slices, reliability), the metrics
    /// `evaluate`, and the measured times `speed`. Param: `evaluate`.
    public func run(_ context: StageContext) async throws {
        let parameters = try context.parameters(EvaluateParameters.self, at: "evaluate")
        try parameters.validate(models: CandidateLoader.names)
        let compute = try Compute(threads: context.threads)
        let data = try PreparedData(folder: try context.dep(named: "prepared"))
        let rows = EvaluationRows(
            test: try TestExamples(try data.split(.test)),
            valid: ValidExamples(try data.split(.valid)), parameters: parameters)

        let loaders = CandidateLoader.all(context, data: data)
        var results: [ModelResult] = []
        for (index, loader) in loaders.enumerated() {
            let report = { (fraction: Double, detail: String) in
                context.progress((Double(index) + fraction) / Double(loaders.count), detail)
            }
            report(0, "loading \(loader.name)")
            let candidate = try loader.load(context.checkCancellation)
            let result = try ModelResult.measure(
                candidate, on: rows, labels: data.labels, parameters: parameters,
                compute: compute
            ) { fraction in
                try context.checkCancellation()
                report(fraction, candidate.name)
            }
            context.log(result.line)
            results.append(result)
        }
        try write(
            try EvaluationReport(
                results, examples: rows.test, labels: data.labels, parameters: parameters),
            context: context)
    }

    private func write(_ report: EvaluationReport, context: StageContext) throws {
        let folder = try context.out(named: "evaluation")
        try PredictionFiles(labels: report.labels, rows: report.examples.rows)
            .write(report.results, to: folder)
        try ComparisonFiles(report: report).write(to: folder)
        try ReliabilityFiles(report: report).write(to: folder)
        try StableJSON.write(try Summary(report), to: try context.out(named: "evaluate"))
        let speed = SpeedSummary(report.results, threads: context.threads)
        try StableJSON.write(speed, to: try context.out(named: "speed"))
        for comparison in report.comparisons { context.log(comparison.line) }
        context.progress(1)
    }
}
