import ArgumentParser
import History

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Shows and compares metrics.",
        discussion: """
            EXAMPLES
              nlpipe metrics show
              nlpipe metrics diff HEAD~1
              nlpipe metrics log 'models.*.accuracy'
              nlpipe metrics test evaluation/int8.jsonl evaluation/teacher.jsonl
            """,
        subcommands: [
            MetricsShowCommand.self, MetricsDiffCommand.self, MetricsTestCommand.self,
            MetricsLogCommand.self,
        ])
}

/// Decimals of numbers in tables.
struct PrecisionOption: ParsableArguments {
    @Option(help: "Decimals of numbers in tables.")
    var precision = 5

    func validate() throws {
        guard (0...15).contains(precision) else {
            throw ValidationError("'--precision' is \(precision); expected 0 to 15")
        }
    }
}

struct MetricsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows the metrics of the working folder or of revisions.",
        discussion: """
            EXAMPLES
              nlpipe metrics show
              nlpipe metrics show metrics/evaluate.json
              nlpipe metrics show --rev v1.0 --md
              nlpipe metrics show -T           the working folder and every tag
              nlpipe metrics show --json       as 'dvc metrics show --json' prints it
            """)

    @Argument(help: "Metrics files to show; all of them unless given.")
    var targets: [String] = []
    @Option(help: "Show the metrics of this revision.")
    var rev: String?
    @Flag(name: [.short, .customLong("all-branches")], help: "Also show the tips of all branches.")
    var allBranches = false
    @Flag(name: [.customShort("T"), .customLong("all-tags")], help: "Also show all tags.")
    var allTags = false
    @Flag(name: [.customShort("A"), .customLong("all-commits")], help: "Also show all commits.")
    var allCommits = false
    @Flag(
        name: [.customShort("R"), .long],
        help: "Accepted as in DVC: folders always show their files.")
    var recursive = false
    @Flag(help: "Print JSON, numbers exact.")
    var json = false
    @Flag(help: "Print Markdown.")
    var md = false
    @OptionGroup var precision: PrecisionOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if rev != nil, allBranches || allTags || allCommits {
            throw ValidationError("'--rev' excludes '-a', '-T' and '-A'")
        }
    }

    private var scopes: [RevisionScope] {
        [(allBranches, RevisionScope.branches), (allTags, .tags), (allCommits, .commits)]
            .filter(\.0).map(\.1)
    }

    func run() throws {
        let moments = try Moments(global)
        let several = !scopes.isEmpty
        let names = several ? [nil] + (try moments.revisions(scopes)) : [rev.map { ($0, $0) }]
        var revisions = try names.map { name in
            RevisionValues(
                name: name?.0 ?? (several ? "workspace" : ""),
                files: try metrics(of: name?.1, moments))
        }
        // As in DVC: the working folder says nothing new where it is as its branch.
        if allBranches, try moments.isAsHead(revisions, names.map { $0?.1 }) {
            revisions.removeFirst()
        }
        let console = Console()
        if json {
            console.out.line(RevisionValues.json(revisions))
            return
        }
        for revision in revisions {
            let side =
                revision.name.isEmpty || revision.name == "workspace"
                ? "the working folder" : "revision '\(revision.name)'"
            moments.warn(about: revision.files.filter { !$0.isMissing }, of: side)
        }
        let files = revisions.flatMap(\.files).filter { !$0.isMissing }
        guard !files.isEmpty else {
            console.error.line(
                targets.isEmpty
                    ? "no metrics files yet"
                    : "no metrics file at \(targets.joined(separator: ", "))")
            return
        }
        if several {
            let table = RevisionValues.table(revisions, precision: precision.precision)
            console.out.line(md ? table.markdown : table.plain)
        } else {
            let tables = ValueTables(files, precision: precision.precision)
            console.out.line(md ? tables.markdown : tables.plain)
        }
    }

    private func metrics(of revision: String?, _ moments: Moments) throws -> [ValueFile] {
        guard let values = try moments.values(revision) else { return [] }
        let files = try values.metrics(missing: true).below(targets)
        let unknown = targets.filter { files.below([$0]).isEmpty }
        return files + unknown.map { ValueFile(missing: $0) }
    }
}

struct MetricsDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compares metrics of two revisions.",
        discussion: """
            Each side's metrics are those that its own pipeline file declares. What is equal is left
            out unless --all is given. --test also compares the predictions of every row, with a
            verdict on whether accuracy got worse by less than the margin, and lists rows that one
            side has right and the other has not.

            EXAMPLES
              nlpipe metrics diff              HEAD against the working folder
              nlpipe metrics diff HEAD~1 HEAD
              nlpipe metrics diff main --md --targets metrics/evaluate.json
              nlpipe metrics diff main --rtol 0.01   leave out what differs by 1 % or less
              nlpipe metrics diff main --test --margin 1
            """)

    @OptionGroup var sides: Sides
    @Flag(help: "Print JSON, numbers exact: file → key → old, new, diff.")
    var json = false
    @Flag(help: "Print a Markdown table.")
    var md = false
    @Flag(help: "Also list what is equal.")
    var all = false
    @Option(
        parsing: .upToNextOption, help: "Only these metrics files, or those below these folders.")
    var targets: [String] = []
    @Flag(help: "Leave out the column of files.")
    var noPath = false
    @Flag(
        name: [.customShort("R"), .long],
        help: "Accepted as in DVC: folders always show their files.")
    var recursive = false
    @OptionGroup var tolerance: ToleranceOptions
    @OptionGroup var tests: TestOptions
    @OptionGroup var precision: PrecisionOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let moments = try Moments(global)
        let old = try moments.values(sides.oldName)?.metrics() ?? []
        let new = try moments.values(sides.b)?.metrics() ?? []
        moments.warn(about: old, of: sides.oldName)
        moments.warn(about: new, of: sides.newName)
        let changes = ValueChange.between(old.below(targets), new.below(targets), all: all)
            .filter { all || !tolerance.covers($0) }
        var report = ValueReport(
            changes, valueName: "Metric", old: sides.oldName, new: sides.newName,
            precision: precision.precision)
        report.showsPath = !noPath
        guard tests.test else {
            report.print(json: json, md: md)
            return
        }
        let compared = try tests.compare(
            try moments.values(sides.oldName), try moments.values(sides.b), sides)
        if json {
            Console().out.line(report.json(beside: compared.json))
        } else {
            report.print(json: false, md: md)
            let text = compared.text(md: md)
            guard !text.isEmpty else { return }
            Console().out.line((report.table.rows.isEmpty ? "" : "\n") + text)
        }
    }
}

extension [ValueFile] {
    /// The files that are among `targets` or below one of them; all of them where none is given.
    func below(_ targets: [String]) -> [ValueFile] {
        guard !targets.isEmpty else { return self }
        return filter { file in
            targets.contains { file.path == $0 || file.path.hasPrefix("\($0)/") }
        }
    }
}

extension ValueReport {
    /// Prints the report; nothing at all, as DVC does, where a table would be empty.
    func print(json: Bool, md: Bool) {
        let output = Console().out
        if json {
            output.line(self.json)
        } else if !table.rows.isEmpty {
            output.line(md ? table.markdown : table.plain)
        }
    }
}
