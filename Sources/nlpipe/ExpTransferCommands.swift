import ArgumentParser
import ContentStore
import Engine
import Foundation
import History
import ParamValues

/// What `exp push` and `exp pull` have in common.
struct ExperimentTransfer: ParsableArguments {
    @Argument(help: "The git remote, or a repository's URL.")
    var gitRemote: String
    @Argument(help: "Experiments by name; those that started from HEAD unless given.")
    var experiments: [String] = []
    @OptionGroup var baselines: BaselineOptions
    @Flag(name: .shortAndLong, help: "Replace what is called the same on the other side.")
    var force = false
    @Flag(help: "Leave the outs that the cache keeps where they are.")
    var noCache = false
    @Flag(help: "Accepted as in DVC: runs go with the outs that they made.")
    var runCache = false
    @OptionGroup var options: TransferOptions

    /// The experiments that are meant among `all`.
    func chosen(
        from all: [Experiment], _ repository: Repository, remote: String?
    ) throws -> [Experiment] {
        guard !experiments.isEmpty, !baselines.allCommits else {
            return try baselines.experiments(of: all, in: repository)
        }
        var unknown: [String] = []
        var found: [Experiment] = []
        let head = try repository.head()?.id
        for name in experiments {
            let named = all.filter { $0.name == name || $0.reference == name }
            let here = named.filter { $0.baseline == head }
            let best = here.count == 1 ? here : named
            if best.count > 1 {
                throw RepositoryError.ambiguousExperiment(
                    name, references: best.map(\.reference))
            }
            if let only = best.first { found.append(only) } else { unknown.append(name) }
        }
        guard unknown.isEmpty else {
            throw RepositoryError.unknownExperiments(unknown, remote: remote)
        }
        return found
    }

    /// Says which references moved; what differs on the other side is an error.
    func tell(
        _ sent: [(experiment: Experiment, outcome: ExperimentStore.Sent)], done: String
    ) -> [String] {
        func names(_ outcome: ExperimentStore.Sent) -> [String] {
            sent.filter { $0.outcome == outcome }.map(\.experiment.name)
        }
        let quoted = { (names: [String]) in names.map { "'\($0)'" }.joined(separator: ", ") }
        if !options.json {
            let out = Console().out
            if sent.isEmpty { out.line("no experiments") }
            if !names(.moved).isEmpty { out.line("\(done): \(quoted(names(.moved)))") }
            if !names(.present).isEmpty {
                out.line("the same on both sides: \(quoted(names(.present)))")
            }
        }
        let diverged = names(.diverged)
        guard !diverged.isEmpty else { return [] }
        return [
            "another result is called the same on the other side: \(quoted(diverged))\n"
                + "hint: -f replaces it"
        ]
    }

    /// What the locks of the experiments record.
    func entries(
        of experiments: [Experiment], _ opened: OpenProject
    ) throws -> [LockEntry] {
        guard !experiments.isEmpty else { return [] }
        let commits = try CommitOptions.parse(experiments.flatMap { ["--rev", $0.id] })
        return try commits.entries(of: opened, only: nil, Console())
    }

    /// The remote for outs; what to say where there is none.
    func dataRemote(of opened: OpenProject) throws -> Remote {
        do { return try options.remote(of: opened) } catch {
            throw Incomplete(
                message: "\(Failure.words(error))\n"
                    + "hint: --no-cache transfers the experiments without their outs")
        }
    }

    /// Ends with what is wrong, or with the whole answer as JSON.
    func finish(
        _ sent: [(experiment: Experiment, outcome: ExperimentStore.Sent)], done: String,
        _ text: TransferText?, problems: [String]
    ) throws {
        if options.json {
            var fields: [String: ParamValue] = [:]
            for (outcome, word) in [
                (ExperimentStore.Sent.moved, done), (.present, "up_to_date"),
                (.diverged, "diverged"),
            ] {
                fields[word] = .texts(
                    sent.filter { $0.outcome == outcome }.map(\.experiment.name))
            }
            fields["cache"] = text.map { .object($0.json) } ?? .null
            Console().out.json(fields)
        } else if let text {
            Console().out.line(text.line)
        }
        let all = problems + (text?.problems.map { [$0] } ?? [])
        guard all.isEmpty else { throw Incomplete(message: all.joined(separator: "\n")) }
    }
}

struct ExpPushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Sends experiments to a git remote, and their outs to the cache's.",
        discussion: """
            EXAMPLES
              nlpipe exp push origin
              nlpipe exp push origin brave-otter
              nlpipe exp push origin -A --no-cache
            """)

    @OptionGroup var transfer: ExperimentTransfer

    func run() async throws {
        let opened = try OpenProject(transfer.options.global)
        let repository = try Repository(containing: opened.root)
        let store = ExperimentStore(folder: opened.root)
        let chosen = try transfer.chosen(
            from: try repository.experiments(), repository, remote: nil)
        let there = try store.experiments(of: transfer.gitRemote)
        let sent = try store.send(
            chosen, to: transfer.gitRemote, there: there, force: transfer.force)
        let problems = transfer.tell(sent, done: "pushed")
        var text: TransferText?
        if !transfer.noCache, !chosen.isEmpty {
            let remote = try transfer.dataRemote(of: opened)
            let entries = try transfer.entries(
                of: sent.filter { $0.outcome != .diverged }.map(\.experiment), opened)
            let report = try await transfer.options.run("push") {
                try await Push(project: opened.project, remote: remote, options: $0).run(
                    [], others: entries)
            }
            text = TransferText(report: report, remote: remote, done: "pushed")
        }
        try transfer.finish(sent, done: "pushed", text, problems: problems)
    }
}

struct ExpPullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Gets experiments from a git remote, and their outs into the cache.",
        discussion: """
            EXAMPLES
              nlpipe exp pull origin
              nlpipe exp pull origin brave-otter && nlpipe exp apply brave-otter
              nlpipe exp pull origin -A --no-cache
            """)

    @OptionGroup var transfer: ExperimentTransfer

    func run() async throws {
        let opened = try OpenProject(transfer.options.global)
        let repository = try Repository(containing: opened.root)
        let store = ExperimentStore(folder: opened.root)
        let there = try store.experiments(of: transfer.gitRemote)
        let chosen = try transfer.chosen(from: there, repository, remote: transfer.gitRemote)
        let sent = try store.get(chosen, from: transfer.gitRemote, force: transfer.force)
        let problems = transfer.tell(sent, done: "pulled")
        var text: TransferText?
        if !transfer.noCache, !chosen.isEmpty {
            try ProjectFolder.ensure(in: opened.root)
            let remote = try transfer.dataRemote(of: opened)
            let entries = try transfer.entries(
                of: sent.filter { $0.outcome != .diverged }.map(\.experiment), opened)
            let report = try await transfer.options.run("fetch") {
                try await Fetch(project: opened.project, remote: remote, options: $0).run(
                    [], others: entries)
            }
            let got = TransferText(report: report, remote: remote, done: "fetched")
            if let warning = got.warning { Console().warn(warning) }
            text = got
        }
        try transfer.finish(sent, done: "pulled", text, problems: problems)
    }
}
