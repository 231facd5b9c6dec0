import ArgumentParser
import Engine
import ParamValues

struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Sends what 'pipeline.lock' names to a remote.",
        discussion: """
            Objects that the remote has are not sent again; a push that was stopped is
            taken up by the next one. The runs that made them go along, so nobody has
            to run them again; with the secret NLPIPE_REMOTE_KEY in the environment they
            are signed, and 'fetch' with it passes over what is not.

            EXAMPLES
              nlpipe push
              nlpipe push -r store models/student
              nlpipe push -a -T                and what branches and tags need
              nlpipe push --verify             read what the remote has, and mend it
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(help: "Read what the remote has instead of believing its sizes, and mend it.")
    var verify = false
    @OptionGroup var commits: CommitOptions
    @OptionGroup var options: TransferOptions

    func run() async throws {
        let opened = try OpenProject(options.global)
        let remote = try options.remote(of: opened)
        let stages = try options.stages(targets, of: opened)
        let others = try commits.entries(
            of: opened, only: targets.isEmpty ? nil : stages, Console())
        let report = try await options.run("push", verify: verify) {
            try await Push(project: opened.project, remote: remote, options: $0).run(
                stages, others: others)
        }
        let text = TransferText(report: report, remote: remote, done: "pushed")
        Console().out.line(
            options.json ? ParamValue.object(text.json).canonicalText : text.line)
        guard report.isComplete else {
            throw Incomplete(message: text.problems)
        }
    }
}
