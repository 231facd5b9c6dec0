import ArgumentParser
import Engine
import ParamValues

struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Gets what 'pipeline.lock' names from a remote.",
        discussion: """
            The cache is filled, outs stay as they are: 'nlpipe pull' also puts them in
            place.

            EXAMPLES
              nlpipe fetch
              nlpipe fetch -r store -j 16
              nlpipe fetch -A                  and what every commit needs
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @OptionGroup var commits: CommitOptions
    @OptionGroup var options: TransferOptions

    func run() async throws {
        let opened = try OpenProject(options.global)
        let remote = try options.remote(of: opened)
        let stages = try options.stages(targets, of: opened)
        try ProjectFolder.ensure(in: opened.root)
        let others = try commits.entries(
            of: opened, only: targets.isEmpty ? nil : stages, Console())
        let report = try await options.run("fetch") {
            try await Fetch(project: opened.project, remote: remote, options: $0).run(
                stages, others: others)
        }
        let text = TransferText(report: report, remote: remote, done: "fetched")
        if let warning = text.warning { Console().warn(warning) }
        Console().out.line(
            options.json ? ParamValue.object(text.json).canonicalText : text.line)
        guard report.isComplete else {
            throw Incomplete(message: text.problems)
        }
    }
}
