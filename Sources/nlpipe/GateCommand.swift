import ArgumentParser
import Engine
import Gates
import History
import Pipelines

struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Judges what the pipeline made by the gates of 'pipeline.yml'.",
        discussion: """
            A gate is a bound for a metric or a ratio, the largest loss of accuracy against a revision
            or another model (decided from stored predictions, row by row), the size of an output, or a
            command that has to succeed. Each passes, fails, or is inconclusive: then it says how many
            rows would decide. docs/gates.md has the grammar.

            Ends with status 0 if every required gate passes, 3 if one fails, 4 if none fails and one
            is inconclusive, 2 if a definition is wrong.

            EXAMPLES
              nlpipe gate
              nlpipe gate size latency               these two only
              nlpipe gate --against origin/main      compare with this revision
              nlpipe gate --json
              nlpipe gate --github --junit gates.xml --md > comment.md
            """)

    @Argument(help: "Gates to judge; all of them unless given.")
    var names: [String] = []
    @Option(help: "Compare with this revision, not with those that the gates name.")
    var against: String?
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(help: "Print Markdown for a comment on a pull request, with a marker to find it by.")
    var md = false
    @Flag(
        help: ArgumentHelp(
            "Annotate lines of the pipeline file, and add to the summary of the job.",
            discussion:
                "Annotations are workflow commands of GitHub on standard error; the summary "
                + "goes to the file that $GITHUB_STEP_SUMMARY names."))
    var github = false
    @Option(help: "Also write JUnit's XML to this file.", completion: .file(extensions: ["xml"]))
    var junit: String?
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if json, md { throw ValidationError("'--json' and '--md' exclude each other") }
    }

    func run() async throws {
        let opened = try OpenProject(global)
        let gates = try chosen(opened.pipeline.gates, of: opened)
        Signals.catchInterrupts()
        let moments = try Moments(global)
        let subjects = GateSubjects(opened)
        var judge = GateJudge(
            pipeline: opened.pipeline, base: against, values: { try moments.values($0) },
            size: { try subjects.size(of: $0) }, checks: try await subjects.run(gates))
        let report = GateReport(
            try judge.results(of: gates), outdated: try subjects.outdated(for: gates))
        try publish(
            report, opened, moments, base: against ?? gates.lazy.compactMap(\.revision).first)
        switch report.verdict {
        case .pass: return
        case .fail: throw Incomplete(exitCode: Failure.refused)
        case .inconclusive: throw Incomplete(exitCode: Failure.undecided)
        }
    }

    private func chosen(_ gates: [Gate], of opened: OpenProject) throws -> [Gate] {
        guard !gates.isEmpty else { throw UsageError.noGates(file: opened.pipeline.file) }
        for name in names where !gates.contains(where: { $0.name == name }) {
            throw UsageError.unknownGate(name, known: gates.map(\.name))
        }
        return names.isEmpty ? gates : gates.filter { names.contains($0.name) }
    }

    private func publish(
        _ report: GateReport, _ opened: OpenProject, _ moments: Moments, base: String?
    ) throws {
        let console = Console()
        if let junit { try GateFiles.write(report.junit, to: junit, from: global) }
        let details = github || md ? try changes(moments, base) : []
        if github {
            for line in report.annotations(below: GateFiles.folder(of: opened.root)) {
                console.error.line(line)
            }
            try GateFiles.addToSummary(report.markdown(isComment: false, details: details), console)
        }
        if json {
            console.out.line(report.json)
        } else if md {
            console.out.write(report.markdown(isComment: true, details: details).utf8)
        } else {
            for note in report.notes { console.warn(note) }
            console.out.line(report.text)
        }
    }

    /// What metrics and parameters differ from the revision that gates compare with.
    private func changes(
        _ moments: Moments, _ base: String?
    ) throws -> [(heading: String, table: TextTable)] {
        guard let base else { return [] }
        let (old, new) = (try moments.values(base), try moments.values(nil))
        let metrics = ValueChange.between(try old?.metrics() ?? [], try new?.metrics() ?? [])
        let params = ValueChange.between(try old?.params() ?? [], try new?.params() ?? [])
        func table(_ changes: [ValueChange], _ name: String) -> TextTable {
            ValueReport(changes, valueName: name, old: base, new: "now").table
        }
        return [
            ("\(params.count) parameters differ from \(base)", table(params, "Parameter")),
            ("\(metrics.count) metrics differ from \(base)", table(metrics, "Metric")),
        ]
    }
}
