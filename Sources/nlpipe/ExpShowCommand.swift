import ArgumentParser
import ContentStore
import Foundation
import History

struct ExpShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows experiments with their metrics and parameters.",
        discussion: """
            Rows are the working folder, the commit that is checked out, and what started from it;
            experiments that wait or run or failed are among them. JSON and CSV are those of
            'dvc exp show'.

            EXAMPLES
              nlpipe exp show
              nlpipe exp show --only-changed --sort-by accuracy --sort-order desc
              nlpipe exp show -n 5 --drop '.*seed' --md
              nlpipe exp show -A --json
            """)

    @OptionGroup var baselines: BaselineOptions
    @Flag(name: [.short, .customLong("all-branches")], help: "From the tips of all branches.")
    var allBranches = false
    @Flag(name: [.customShort("T"), .customLong("all-tags")], help: "From all tags.")
    var allTags = false
    @Flag(help: "Leave out columns that are the same in all rows.")
    var onlyChanged = false
    @Option(
        help: ArgumentHelp("Sort by this metric or parameter.", valueName: "[file:]key"))
    var sortBy: String?
    @Option(help: "asc or desc.")
    var sortOrder = "asc"
    @Option(help: "Leave out columns whose names begin so, a regular expression.")
    var drop: [String] = []
    @Option(help: "Keep columns whose names begin so, whatever else is said.")
    var keep: [String] = []
    @Flag(help: "Only parameters that a stage depends on.")
    var paramDeps = false
    @Flag(help: "Name commits by their digits, not by branches and tags.")
    var sha = false
    @Flag(help: "Leave out what waits in the queue.")
    var hideQueued = false
    @Flag(help: "Leave out what failed.")
    var hideFailed = false
    @Flag(help: "Leave out the working folder.")
    var hideWorkspace = false
    @Flag(help: "Print JSON, as 'dvc exp show --json' does.")
    var json = false
    @Flag(help: "Print CSV, as 'dvc exp show --csv' does.")
    var csv = false
    @Flag(help: "Print a Markdown table.")
    var md = false
    @Option(help: "Decimals of numbers; 5 in tables, all of them in CSV unless given.")
    var precision: Int?
    @Flag(help: "Accepted as in DVC: nothing is paged.")
    var noPager = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard ["asc", "desc"].contains(sortOrder) else {
            throw ValidationError("'--sort-order' is '\(sortOrder)'; expected asc or desc")
        }
        if let precision, !(0...15).contains(precision) {
            throw ValidationError("'--precision' is \(precision); expected 0 to 15")
        }
    }

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        let groups = try groups(root: root)
        let console = Console()
        if json { return console.out.line(ExperimentGroup.json(groups)).ignored }
        for state in groups.flatMap({ [$0.state] + $0.experiments }) {
            guard let problem = state.problem else { continue }
            console.warn("'\(state.revision.prefix(9))' cannot be read\n\(problem)")
        }
        var options = ExperimentTable.Options()
        options.sortBy = sortBy
        options.descending = sortOrder == "desc"
        options.onlyChanged = onlyChanged
        (options.drop, options.keep) = (drop, keep)
        options.precision = precision ?? (csv ? nil : 5)
        do {
            let table = try ExperimentTable(groups, options)
            if csv { return console.out.write(try table.csv().utf8).ignored }
            let text = try table.table()
            console.out.line(md ? text.markdown : text.plain)
        } catch let problem as ExperimentTable.Problem {
            throw Incomplete(message: "\(problem)", exitCode: Failure.definition)
        }
    }

    private func groups(root: String) throws -> [ExperimentGroup] {
        let repository = try Repository(containing: root)
        guard try repository.head() != nil else { return [] }
        var reading = try ExperimentReading(root: root)
        reading.usedParams = paramDeps
        var groups = hideWorkspace ? [] : [ExperimentGroup(reading.state(nil, name: nil))]
        // As in DVC, baselines do not heed --param-deps.
        let baselineReading = try ExperimentReading(root: root)
        let commits = try baselines.commits(
            in: repository, branches: allBranches, tags: allTags)
        let all = try repository.experiments()
        let queue = try ExperimentQueue(root: root).entries()
        let names = sha ? nil : try CommitNames(repository, root: root)
        let running = try self.running(root: root, layout: reading.layout)
        for commit in commits {
            func newestFirst(_ states: [ExperimentState]) -> [ExperimentState] {
                states.sorted {
                    ($0.data?.time ?? 0, $0.revision) > ($1.data?.time ?? 0, $1.revision)
                }
            }
            let done = try all.filter { $0.baseline == commit.id }
                .map { try reading.state(of: $0, in: repository) }
            var others: [ExperimentState.Execution: [ExperimentState]] = [:]
            for entry in queue where entry.baseline == commit.id {
                var state = reading.state(try repository.resolve(entry.id), name: entry.order.name)
                // What is on record there is the baseline's.
                state.data?.metrics = []
                state.execution =
                    entry.hasFailed
                    ? .failed : running.contains(entry.order.name) ? .running : .queued
                others[state.execution ?? .queued, default: []].append(state)
            }
            groups.append(
                ExperimentGroup(
                    baselineReading.state(commit, name: names?[commit.id]),
                    experiments: newestFirst(others[.running] ?? []) + newestFirst(done)
                        + (hideQueued ? [] : others[.queued] ?? [])
                        + (hideFailed ? [] : newestFirst(others[.failed] ?? []))))
        }
        return groups
    }

    /// The experiments that run now, going by the history.
    private func running(root: String, layout: Layout) throws -> Set<String> {
        let file = "\(root)/\(layout.home)/history.sqlite"
        guard FileManager.default.fileExists(atPath: file),
            let database = try? HistoryDatabase.watching(file)
        else { return [] }
        return Set(
            try database.runsUnderWay(on: RunRecorder.hostName).compactMap(\.experiment))
    }
}

extension Bool {
    /// Nobody reads any more, or somebody does: the command is over either way.
    fileprivate var ignored: Void {}
}
