import ArgumentParser
import History

struct MetricsLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Shows the history of metrics over commits.",
        discussion: """
            Follows first parents from HEAD and shows the commits at which one of the chosen metrics
            changed: the value with its interval where one is known, and which parameters, code and
            data are others than at the commit shown before. Metrics are named by key, or by
            'file:key'; '*' stands for anything. Without names, every metric that changed is shown
            with its course only. Edits that are not committed are a line of their own, never the
            commit's.

            EXAMPLES
              nlpipe metrics log models.int8.accuracy
              nlpipe metrics log 'models.*.accuracy' -n 50 --md
              nlpipe metrics log metrics/speed.json:models.int8.latency_ms_p50 --rev v1.0..main
              nlpipe metrics log accuracy --rows test_rows --csv > history.csv
            """)

    @Argument(help: "Metrics; every one that changed unless given.")
    var metrics: [String] = []
    @Option(
        name: [.customLong("rev")],
        help: "Commits: a revision for all that lead to it, or a range such as v1.0..main.")
    var rev: String?
    @Option(name: .customShort("n"), help: "Commits to show at most.")
    var count = 20
    @Option(help: "Commits to look through at most.")
    var depth = 10_000
    @Option(
        help: "The key with the number of rows that shares were counted on, for their intervals.")
    var rows: String?
    @Flag(help: "Also show commits at which nothing changed.")
    var all = false
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(help: "Print lines of values separated by commas.")
    var csv = false
    @Flag(help: "Print Markdown tables.")
    var md = false
    @OptionGroup var precision: PrecisionOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if [json, csv, md].count(where: \.self) > 1 {
            throw ValidationError("'--json', '--csv' and '--md' exclude each other")
        }
        for (name, value) in [("-n", count), ("--depth", depth)]
        where !(1...1_000_000).contains(value) {
            throw ValidationError("'\(name)' is \(value); expected 1 to 1000000")
        }
    }

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        var history = try MetricHistory(root: root, rows: rows)
        let moments = try history.moments(rev.map(RevisionRange.init), depth: depth)
        let choice = MetricChoice(metrics)
        let log = MetricLog(moments, choosing: choice, all: all, limit: count)
        let console = Console()
        guard !log.places.isEmpty else {
            console.error.line(
                choice.isEmpty
                    ? "no metric changed"
                    : "no metric is called "
                        + metrics.map { "'\($0)'" }.joined(separator: " or "))
            return
        }
        let explained = try log.explained { try history.inputs(of: $0) }
        let report = MetricLogReport(explained, precision: precision.precision)
        if json {
            console.out.line(report.json)
        } else if csv {
            console.out.line(report.csv)
        } else {
            console.out.line(report.text(md: md, showsMoments: !choice.isEmpty))
        }
    }
}
