import ArgumentParser
import ContentStore
import Engine
import ParamValues

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows which stages are out of date.",
        discussion: """
            Lists what changed against 'pipeline.lock'. With --explain it says for every stage, also
            those that only follow, what 'nlpipe repro' would do and why: old values and new, where
            they are written, and which stages a change drags along.

            Imports that are not frozen are compared with their source too.

            With -c or -r it compares cache and remote instead: 'new' is in the cache alone,
            'deleted' in the remote alone, 'missing' in neither.

            EXAMPLES
              nlpipe status
              nlpipe status --explain evaluate
              nlpipe status --json             as 'dvc status --json' prints it
              nlpipe status -q                 exit code 1 if anything changed
              nlpipe status -c                 what 'push' and 'fetch' would move
              nlpipe status -r store -a --json
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(help: "Say for every stage what would happen, and why.")
    var explain = false
    @Flag(help: "Print JSON; its shapes are in docs/formats.md.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print nothing; exit with 1 if anything changed.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Compare the cache with the default remote.")
    var cloud = false
    @Option(name: .shortAndLong, help: "Compare the cache with this remote.")
    var remote: String?
    @Flag(name: [.customShort("d"), .long], help: "With -c: also what the targets are made from.")
    var withDeps = false
    @OptionGroup var commits: CommitOptions
    @OptionGroup var global: GlobalOptions

    private var isAboutRemote: Bool { cloud || remote != nil }

    func validate() throws {
        if explain, isAboutRemote {
            throw ValidationError("'--explain' is about stages, '--cloud' about a remote")
        }
        if commits.isGiven || withDeps, !isAboutRemote {
            throw ValidationError(
                "'\(withDeps ? "--with-deps" : "-a, -T, -A, --rev and --date")' goes with '--cloud'"
            )
        }
    }

    func run() throws {
        let opened = try OpenProject(global)
        if isAboutRemote { return try compareWithRemote(opened) }
        let stages = try opened.stages(targets)
        let planned = try Planner(project: opened.project).plan(
            RunRequest(stages: stages), explaining: explain,
            sources: ImportSources(opened: opened).changes(of: stages))
        let changed = planned.filter { !$0.changes.isEmpty }
        if quiet, !changed.isEmpty { throw Incomplete() }
        let console = Console()
        if explain, !quiet {
            let text = ExplainText(
                planned, graph: opened.graph,
                origins: RunOrigins(planned, root: opened.root))
            if json {
                console.out.line(text.json)
            } else {
                text.lines.forEach { console.out.line($0) }
            }
            return
        }
        var lines: [String] = []
        if json, !quiet {
            lines = [StatusJSON(opened).text(changed)]
        } else if !quiet {
            lines = changed.flatMap { self.lines(for: $0, on: console.out) }
            if changed.isEmpty { lines = ["everything is up to date"] }
        }
        let text = lines.map { $0 + "\n" }.joined()
        console.out.write(text.utf8)
        Question()?.keep(text, of: opened)
    }

    private func compareWithRemote(_ opened: OpenProject) throws {
        let found = try ConfigFiles(root: opened.root, layout: opened.project.layout).read()
            .remote(remote)
        let stages = try opened.stages(targets, single: !targets.isEmpty && !withDeps)
        let console = Console()
        Signals.catchInterrupts()
        let items = try CloudStatus(
            project: opened.project,
            remote: Remote(found, root: opened.root, layout: opened.project.layout),
            cancelled: Signals.isStopRequested
        ).items(
            of: stages,
            others: try commits.entries(of: opened, only: targets.isEmpty ? nil : stages, console),
            from: opened.folder)
        if quiet {
            if !items.isEmpty { throw Incomplete() }
        } else if json {
            let states = items.map { ($0.path, ParamValue.string($0.state.rawValue)) }
            console.out.line(
                ParamValue.object(Dictionary(states, uniquingKeysWith: { $1 })).canonicalText)
        } else if items.isEmpty {
            console.out.line("Cache and remote '\(found.name)' are in sync.")
        } else {
            for item in items {
                let word = "\(item.state.rawValue):"
                let gap = String(repeating: " ", count: 20 - word.utf8.count)
                console.out.line("\t\(word)\(gap)\(item.path)")
            }
        }
    }

    private func lines(for planned: PlannedStage, on output: Console.Output) -> [String] {
        [output.styled("\(planned.stage):", .bold)] + planned.changes.map { "  \($0)" }
    }
}
