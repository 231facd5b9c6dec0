import ArgumentParser
import History
import ParamValues

struct ExpDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compares metrics and parameters of two experiments.",
        discussion: """
            Experiments by name, or any revisions.

            EXAMPLES
              nlpipe exp diff                  HEAD against the working folder
              nlpipe exp diff slow             an experiment against the working folder
              nlpipe exp diff slow fast --json
            """)

    @OptionGroup var sides: Sides
    @Flag(help: "Print JSON: metrics and params, file → key → old, new, diff.")
    var json = false
    @Flag(help: "Print Markdown tables.")
    var md = false
    @Flag(help: "Also list what is equal.")
    var all = false
    @Flag(help: "Only parameters that a stage depends on.")
    var paramDeps = false
    @Flag(help: "Leave out the column of files.")
    var noPath = false
    @OptionGroup var precision: PrecisionOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        var reading = try ExperimentReading(root: root)
        reading.usedParams = paramDeps
        let repository = try Repository(containing: root)
        let old = try reading.data(
            try repository.resolve(revisionOrExperiment: sides.oldName))
        let new = try reading.data(
            try sides.b.map { try repository.resolve(revisionOrExperiment: $0) })
        func report(_ old: [ValueFile], _ new: [ValueFile], _ name: String) -> ValueReport {
            var report = ValueReport(
                ValueChange.between(old, new, all: all), valueName: name, old: sides.oldName,
                new: sides.newName, precision: name == "Metric" ? precision.precision : 15)
            report.showsPath = !noPath
            return report
        }
        let reports = [
            ("metrics", report(old.metrics, new.metrics, "Metric")),
            ("params", report(old.params, new.params, "Param")),
        ]
        let console = Console()
        if json {
            let parts = reports.map { "\(ParamValue.string($0.0).canonicalText):\($0.1.json)" }
            console.out.line("{\(parts.joined(separator: ","))}")
            return
        }
        let tables = reports.map(\.1.table).filter { !$0.rows.isEmpty }
        guard !tables.isEmpty else { return }
        console.out.line(tables.map { md ? $0.markdown : $0.plain }.joined(separator: "\n\n"))
    }
}
