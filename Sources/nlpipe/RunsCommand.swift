import ArgumentParser
import Foundation
import History
import ParamValues

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Shows, compares, tags and deletes recorded runs.",
        discussion: """
            Every 'nlpipe repro' that does something is on record in '.nlpipe/history.sqlite'. A RUN
            is a number, a tag (then the newest run that has it), or 'last'.

            EXAMPLES
              nlpipe runs list --metric metrics/evaluate.json:models.int8.accuracy
              nlpipe runs show last
              nlpipe runs compare 12 last
              nlpipe runs tag last best
            """,
        subcommands: [
            RunsListCommand.self, RunsShowCommand.self, RunsCompareCommand.self,
            RunsTagCommand.self, RunsDeleteCommand.self,
        ])
}

struct RunsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists runs, the newest first.",
        discussion: """
            EXAMPLES
              nlpipe runs list -n 50
              nlpipe runs list --tag best --json
              nlpipe runs list --metric metrics/evaluate.json:models.int8.accuracy
            """)

    @Option(name: .customShort("n"), help: "Runs to list at most.")
    var count = 20
    @Option(help: "Only runs with this tag.")
    var tag: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Also show these metrics.", valueName: "file:key"))
    var metric: [String] = []
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(help: "Print a Markdown table.")
    var md = false
    @OptionGroup var precision: PrecisionOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("'-n' is \(count); expected 1 to 1000000")
        }
        if json, md { throw ValidationError("'--json' and '--md' exclude each other") }
        for name in metric where RecordedRuns.place(name) == nil {
            throw ValidationError("'\(name)' names no metric; expected 'file:key'")
        }
    }

    func run() throws {
        let recorded = try RecordedRuns(global)
        let runs = try recorded.database?.runs(RunFilter(limit: count, tag: tag)) ?? []
        let console = Console()
        if runs.isEmpty, !json {
            console.error.line("no runs are on record")
            return
        }
        let text = try RunTexts(
            runs, places: metric.compactMap(RecordedRuns.place), recorded.database,
            precision: precision.precision)
        if json {
            console.out.line(text.json)
        } else {
            console.out.line(md ? text.table.markdown : text.table.plain)
        }
    }
}

struct RunsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one run: its stages, why they ran, its metrics.",
        discussion: """
            EXAMPLES
              nlpipe runs show
              nlpipe runs show 12 --json
            """)

    @Argument(help: "A run: a number, a tag, or 'last'.")
    var target = "last"
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var precision: PrecisionOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let recorded = try RecordedRuns(global)
        let (database, run, id) = try recorded.run(target)
        let details = RunDetails(
            run: run, tags: try database.tags(ofRun: id), stages: try database.stages(ofRun: id),
            metrics: try database.metrics(ofRun: id))
        Console().out.line(json ? details.json : details.text(precision: precision.precision))
    }
}

struct RunsCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compares the metrics of two runs.",
        discussion: """
            EXAMPLES
              nlpipe runs compare 12 13
              nlpipe runs compare best last --md
            """)

    @Argument(help: "The first run.")
    var a: String
    @Argument(help: "The second run.")
    var b = "last"
    @Flag(help: "Also list what is equal.")
    var all = false
    @Flag(help: "Print JSON: file → key → old, new, diff.")
    var json = false
    @Flag(help: "Print a Markdown table.")
    var md = false
    @OptionGroup var tolerance: ToleranceOptions
    @OptionGroup var precision: PrecisionOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let recorded = try RecordedRuns(global)
        let sides = try [a, b].map { name -> [ValueFile] in
            let (database, _, id) = try recorded.run(name)
            return ValueFile.files(of: try database.metrics(ofRun: id))
        }
        let changes = ValueChange.between(sides[0], sides[1], all: all)
            .filter { all || !tolerance.covers($0) }
        ValueReport(
            changes, valueName: "Metric", old: a, new: b, precision: precision.precision
        ).print(json: json, md: md)
    }
}

struct RunsTagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Gives a run a name, or takes one away.",
        discussion: """
            EXAMPLES
              nlpipe runs tag last best
              nlpipe runs tag 12 best --remove
            """)

    @Argument(help: "A run: a number, a tag, or 'last'.")
    var target: String
    @Argument(help: "The name.")
    var name: String
    @Flag(help: "Take the name away.")
    var remove = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && !$0.properties.isWhitespace
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= 100, Int64(name) == nil, name != "last"
        else {
            throw ValidationError("'\(name)' is no tag: a word that is no number and not 'last'")
        }
    }

    func run() throws {
        let (database, _, id) = try RecordedRuns(global).run(target)
        if !remove {
            try database.tag(run: id, name)
        } else if try !database.untag(run: id, name) {
            throw UsageError.noTag(name, run: id)
        }
        guard json else { return }
        Console().out.json(["name": .string(name), "removed": .bool(remove), "run": .int(Int(id))])
    }
}

struct RunsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Removes runs from the record.",
        discussion: """
            Results, 'pipeline.lock' and the cache stay as they are; nothing runs again because of it.

            EXAMPLES
              nlpipe runs delete 12 13
            """)

    @Argument(help: "Runs: numbers, tags, or 'last'.")
    var targets: [String]
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let recorded = try RecordedRuns(global)
        // Named before the first is gone: 'last' is another run then.
        let found = try targets.map { try recorded.run($0) }
        let deleted = try found.filter { try $0.0.delete(run: $0.2) }.map { $0.2 }
        guard !json else {
            return Console().out.json(["deleted": .list(deleted.map { .int(Int($0)) })])
        }
        for id in deleted { Console().out.line("deleted run \(id)") }
    }
}
