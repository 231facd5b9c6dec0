import ArgumentParser
import Engine
import ParamValues

struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Gets outs from a remote and puts them in place.",
        discussion: """
            'nlpipe fetch' and then 'nlpipe checkout'. What was edited and is in no cache
            is left alone, unless forced. With -a, -T, -A, --rev and --date the cache also gets
            what other commits need; outs are those of the workspace.

            EXAMPLES
              git clone … && cd project && nlpipe pull
              nlpipe pull models/student
              nlpipe pull -a -T                and into the cache what branches and tags need
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(name: .shortAndLong, help: "Replace outs that were edited and are in no cache.")
    var force = false
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
        let placed = try Checkout(project: opened.project).run(stages, force: force)
        let text = TransferText(report: report, remote: remote, done: "fetched")
        if let warning = text.warning { Console().warn(warning) }
        show(text, placed)
        var problems = text.problems.map { [$0] } ?? []
        problems += placed.missing.filter { !report.missing.contains($0) }
            .map { "out '\($0)' is not in the cache" }
        problems += placed.kept.map { "out '\($0)' was edited and is in no cache: left alone" }
        if !placed.kept.isEmpty { problems.append("hint: -f gives the edits up") }
        guard problems.isEmpty else {
            throw Incomplete(message: problems.joined(separator: "\n"))
        }
    }

    private func show(_ text: TransferText, _ placed: CheckoutReport) {
        let output = Console().out
        guard !options.json else {
            var json = text.json
            for (name, paths) in [
                ("added", placed.added), ("modified", placed.modified), ("kept", placed.kept),
            ] {
                json[name] = .list(paths.map(ParamValue.string))
            }
            output.line(ParamValue.object(json).canonicalText)
            return
        }
        for path in placed.added { output.line("A \(path)") }
        for path in placed.modified { output.line("M \(path)") }
        var parts: [String] = []
        if !placed.added.isEmpty { parts.append("\(TransferText.files(placed.added.count)) added") }
        if !placed.modified.isEmpty {
            parts.append("\(TransferText.files(placed.modified.count)) modified")
        }
        if text.report.moved > 0 { parts.append(text.line) }
        output.line(parts.isEmpty ? "Everything is up to date." : parts.joined(separator: ", "))
    }
}
