import ArgumentParser
import Engine

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows which stages are out of date.",
        discussion: """
            Lists what changed against 'pipeline.lock'. With --explain it says for every stage, also
            those that only follow, what 'nlpipe repro' would do and why: old values and new, where
            they are written, and which stages a change drags along.

            EXAMPLES
              nlpipe status
              nlpipe status --explain evaluate
              nlpipe status --json             as 'dvc status --json' prints it
              nlpipe status -q                 exit code 1 if anything changed
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(help: "Say for every stage what would happen, and why.")
    var explain = false
    @Flag(help: "Print JSON; its shapes are in docs/formats.md.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print nothing; exit with 1 if anything changed.")
    var quiet = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        let planned = try Planner(project: opened.project)
            .plan(RunRequest(stages: try opened.stages(targets)), explaining: explain)
        let changed = planned.filter { !$0.changes.isEmpty }
        if quiet {
            if !changed.isEmpty { throw Incomplete() }
            return
        }
        let console = Console()
        if explain {
            let text = ExplainText(
                planned, graph: opened.graph,
                origins: RunOrigins(planned, root: opened.root))
            if json {
                console.out.line(text.json)
            } else {
                text.lines.forEach { console.out.line($0) }
            }
        } else if json {
            console.out.line(StatusJSON(opened).text(changed))
        } else {
            for stage in changed { show(stage, on: console.out) }
            if changed.isEmpty { console.out.line("everything is up to date") }
        }
    }

    private func show(_ planned: PlannedStage, on output: Console.Output) {
        output.line(output.styled("\(planned.stage):", .bold))
        for reason in planned.changes { output.line("  \(reason)") }
    }
}
