import ArgumentParser
import History
import ParamValues

struct ExpBranchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branch", abstract: "Makes a git branch of an experiment.",
        discussion: """
            EXAMPLES
              nlpipe exp branch brave-otter              the branch brave-otter-branch
              nlpipe exp branch brave-otter lower-rate
            """)

    @Argument(help: "The experiment: its name, or its commit.")
    var experiment: String
    @Argument(help: "The branch; the experiment's name with '-branch' unless given.")
    var branch: String?
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        guard let found = try Repository(containing: root).experiment(experiment) else {
            throw RepositoryError.unknownExperiments([experiment], remote: nil)
        }
        let name = branch ?? "\(found.name)-branch"
        let git = GitProgram(in: root)
        if (try? git.run("rev-parse", "--verify", "--quiet", "refs/heads/\(name)")) != nil {
            throw Incomplete(
                message: "branch '\(name)' exists already", exitCode: Failure.definition)
        }
        try git.run("check-ref-format", "--branch", name)
        try ExperimentStore(folder: root).move("refs/heads/\(name)", from: nil, to: found.id)
        guard !json else {
            return Console().out.json([
                "branch": .string(name), "experiment": .string(found.name),
                "rev": .string(found.id),
            ])
        }
        Console().out.line(
            "branch '\(name)' is at experiment '\(found.name)'\nhint: git switch \(name)")
    }
}

struct ExpRenameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Gives an experiment another name.",
        discussion: """
            EXAMPLES
              nlpipe exp rename brave-otter lower-rate
            """)

    @Argument(help: "The experiment: its name, or its commit.")
    var experiment: String
    @Argument(help: "Its new name.")
    var name: String
    @Flag(name: .shortAndLong, help: "Replace an experiment of that name.")
    var force = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        if let problem = Experiment.problem(ofName: name) {
            throw RepositoryError.badExperimentName(name, reason: problem)
        }
        guard let found = try Repository(containing: root).experiment(experiment) else {
            throw RepositoryError.unknownExperiments([experiment], remote: nil)
        }
        if found.name != name {
            try ExperimentStore(folder: root).rename(found, to: name, force: force)
        }
        guard !json else {
            return Console().out.json([
                "from": .string(found.name), "name": .string(name), "rev": .string(found.id),
            ])
        }
        Console().out.line("experiment '\(found.name)' is now '\(name)'")
    }
}

struct ExpRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes experiments, here or at a git remote.",
        discussion: """
            The cache keeps their outs until 'nlpipe gc'.

            EXAMPLES
              nlpipe exp remove brave-otter keen-wren
              nlpipe exp remove --rev HEAD~1   those that started from this commit
              nlpipe exp remove -A --keep slow all but one
              nlpipe exp remove --queue        what waits, and what failed
              nlpipe exp remove -g origin slow
            """,
        aliases: ["rm"])

    @Argument(help: "Experiments, or entries of the queue, by name.")
    var experiments: [String] = []
    @OptionGroup var baselines: BaselineOptions
    @Flag(help: "Remove all that waits in the queue, and all that failed.")
    var queue = false
    @Flag(help: "Remove all but what is named.")
    var keep = false
    @Option(
        name: [.customShort("g"), .customLong("git-remote")], help: "Remove at this git remote.")
    var remote: String?
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !experiments.isEmpty || queue || !baselines.isDefault else {
            throw ValidationError("say what to remove: names, '--rev', '-A' or '--queue'")
        }
        if keep && queue || queue && remote != nil {
            throw ValidationError("'--queue' goes with neither '--keep' nor '--git-remote'")
        }
    }

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        let repository = try Repository(containing: root)
        let store = ExperimentStore(folder: root)
        let waiting = ExperimentQueue(root: root)
        let all = try remote.map { try store.experiments(of: $0) } ?? repository.experiments()
        var chosen: [Experiment] = []
        var entries: [ExperimentQueue.Entry] = []
        if queue { entries = try waiting.entries() }
        var unknown: [String] = []
        for name in experiments {
            let queued = remote == nil ? try waiting.entries().filter { $0.order.name == name } : []
            entries += queued.filter { entry in
                !entries.contains { $0.reference == entry.reference }
            }
            let found =
                remote == nil
                ? try repository.experiment(name) : all.first { $0.name == name }
            if let found { chosen.append(found) } else if queued.isEmpty { unknown.append(name) }
        }
        guard unknown.isEmpty else {
            throw RepositoryError.unknownExperiments(unknown, remote: remote)
        }
        if experiments.isEmpty, !baselines.isDefault {
            chosen = try baselines.experiments(of: all, in: repository)
        }
        if keep {
            let kept = Set(chosen.map(\.reference))
            let meant = experiments.isEmpty || !baselines.isDefault
            let scope =
                meant && !baselines.isDefault && !experiments.isEmpty
                ? try baselines.experiments(of: all, in: repository) : all
            chosen = scope.filter { !kept.contains($0.reference) }
        }
        if let remote {
            try store.remove(chosen, from: remote)
        } else {
            try store.remove(
                chosen.map { ($0.reference, $0.id) } + entries.map { ($0.reference, $0.id) })
        }
        let names = chosen.map(\.name) + entries.map(\.order.name)
        guard !json else { return Console().out.json(["removed": .texts(names)]) }
        Console().out.line(
            names.isEmpty
                ? "nothing to remove"
                : "removed: \(names.map { "'\($0)'" }.joined(separator: ", "))")
    }
}
