import ArgumentParser
import Engine
import ParamValues

struct CommitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commit",
        abstract: "Takes the files as they are for the results of their stages; runs nothing.",
        discussion: """
            After 'nlpipe repro --no-commit', or after an edit that is known not to matter. Asks
            about every stage that differs from 'pipeline.lock'.

            EXAMPLES
              nlpipe commit train
              nlpipe commit -f                 without questions
            """)

    @Argument(help: "Stages, groups, or paths that stages make; all stages if there are none.")
    var targets: [String] = []
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var force = false
    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        let stages = try opened.stages(targets, single: !targets.isEmpty)
        try ProjectFolder.ensure(in: opened.root)
        let console = Console()
        let outs = CachedOuts(root: opened.root) { [quiet] in
            if !quiet { console.error.line($0) }
        }
        for stage in stages { try outs.prepare(stage) }
        let outcomes = try AcceptPresent(project: opened.project).run(stages) { stage, reasons in
            if force { return true }
            console.error.line("\(stage.name): \(PlanText.words(reasons))")
            console.error.write("commit '\(stage.name)' as it is? [y/N] ".utf8)
            let answer = readLine()?.lowercased()
            return answer == "y" || answer == "yes"
        }
        if json {
            func stages(_ outcome: AcceptPresent.Outcome) -> ParamValue {
                .texts(outcomes.filter { $0.outcome == outcome }.map(\.stage))
            }
            console.out.json([
                "committed": stages(.committed), "unchanged": stages(.unchanged),
                "refused": stages(.refused),
            ])
        } else if !quiet {
            for item in outcomes where item.outcome == .committed {
                console.out.line("\(item.stage): committed")
            }
            if outcomes.allSatisfy({ $0.outcome == .unchanged }) {
                console.out.line("everything is as recorded")
            }
        }
        let refused = outcomes.filter { $0.outcome == .refused }.map { "'\($0.stage)'" }
        guard refused.isEmpty else {
            throw Incomplete(
                message: "not committed: \(refused.joined(separator: ", "))\n"
                    + "hint: -f commits without questions")
        }
    }
}
