import ArgumentParser
import Engine
import ParamValues

struct CheckoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkout",
        abstract: "Puts outs as 'pipeline.lock' records them, from the cache.",
        discussion: """
            What was edited and is in no cache is left alone, unless forced. Nothing is run.

            EXAMPLES
              git switch main && nlpipe checkout
              nlpipe checkout models/student
              nlpipe checkout -f               give up edits of outs
              nlpipe checkout --json           paths by what became of them
              nlpipe checkout --relink         after a change of cache.type
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(name: .shortAndLong, help: "Replace outs that were edited and are in no cache.")
    var force = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @Flag(help: "Put all outs in place anew, by the links that 'cache.type' names now.")
    var relink = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        let stages = try opened.stages(targets, single: !targets.isEmpty)
        let report = try Checkout(project: opened.project).run(
            stages, force: force, relinking: relink)
        let output = Console().out
        if json { output.json(report.json) }
        for path in report.added where !json { output.line("A \(path)") }
        for path in report.modified where !json { output.line("M \(path)") }
        if relink, !json { output.line("put in place anew: \(report.relinked.count)") }
        var problems = report.missing.map { "out '\($0)' is not in the cache" }
        if !report.missing.isEmpty { problems.append("hint: 'nlpipe repro' makes it again") }
        problems += report.kept.map { "out '\($0)' was edited and is in no cache: left alone" }
        if !report.kept.isEmpty { problems.append("hint: -f gives the edits up") }
        guard problems.isEmpty else {
            throw Incomplete(message: problems.joined(separator: "\n"))
        }
        if !json, !relink, report.added.isEmpty, report.modified.isEmpty {
            output.line("everything is as recorded")
        }
    }
}

extension CheckoutReport {
    /// Paths by what became of them.
    var json: [String: ParamValue] {
        [
            "added": .texts(added), "modified": .texts(modified), "unchanged": .texts(unchanged),
            "relinked": .texts(relinked), "missing": .texts(missing), "kept": .texts(kept),
        ]
    }
}
