import ArgumentParser
import Engine
import History
import ParamValues

struct ExpApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Makes the files of the working folder those of an experiment.",
        discussion: """
            Parameters, code, lock and metrics become the experiment's, and outs come from the cache;
            HEAD and the index stay. What was edited before is kept as a commit, which is named.

            EXAMPLES
              nlpipe exp apply brave-otter
              nlpipe exp apply --no-force slow   only if no edit is in the way
            """)

    @Argument(help: "The experiment: its name, or its commit.")
    var experiment: String
    @Flag(help: "Change nothing where edits would be replaced.")
    var noForce = false
    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let place = try ExperimentPlace(global)
        let repository = try Repository(containing: place.root)
        let wanted = try commit(repository, place)
        let opened = try OpenProject(at: place.root)
        try ProjectFolder.ensure(in: place.root)
        let console = Console()
        do {
            // Nobody is to run stages over files that change.
            let held = try ProjectHold(opened.project)
            defer { withExtendedLifetime(held) {} }
            let present = try place.tree.tree()
            let target = try place.tree.tree(of: wanted)
            let base = try place.tree.tree(of: place.baseline.id)
            try keepEdits(present, base: base, target: target, place, console)
            try place.tree.update(from: present, to: target)
        }
        let applied = try OpenProject(at: place.root)
        let report = try Checkout(project: applied.project).run(
            try applied.stages([]), force: true)
        if json {
            console.out.json(["rev": .string(wanted), "missing": .texts(report.missing)])
        } else if !quiet {
            console.out.line("the working folder is as '\(experiment)' has it")
        }
        guard report.missing.isEmpty else {
            throw Incomplete(
                message: report.missing.map { "out '\($0)' is not in the cache" }
                    .joined(separator: "\n")
                    + "\nhint: 'nlpipe repro' makes it again, 'nlpipe exp pull' gets it")
        }
    }

    private func commit(_ repository: Repository, _ place: ExperimentPlace) throws -> String {
        if let found = try repository.experiment(experiment) { return found.id }
        // As in DVC, what waits in the queue can be applied too.
        let queued = try ExperimentQueue(root: place.root).entries()
            .first { $0.order.name == experiment }
        if let queued { return queued.id }
        guard let commit = try? repository.resolve(experiment) else {
            throw RepositoryError.unknownExperiments([experiment], remote: nil)
        }
        return commit.id
    }

    /// Puts edits that no commit has where they can be found again.
    private func keepEdits(
        _ present: String, base: String, target: String, _ place: ExperimentPlace,
        _ console: Console
    ) throws {
        guard present != base, present != target else { return }
        let edited = try place.tree.differences(base, present)
        let lost = edited.intersection(try place.tree.differences(present, target))
        guard !lost.isEmpty else { return }
        let experiments = try Repository(containing: place.root).experiments()
        for known in experiments where known.baseline == place.baseline.id {
            if try place.tree.tree(of: known.id) == present { return }
        }
        guard !noForce else {
            throw Incomplete(
                message: "edits would be replaced: \(lost.sorted().joined(separator: ", "))\n"
                    + "hint: commit them, or leave out --no-force",
                exitCode: Failure.definition)
        }
        let commit = try place.store.commit(
            tree: present, parent: place.baseline.id,
            message: "nlpipe: edits before 'exp apply \(experiment)'")
        let reference = "refs/nlpipe/before-apply"
        let before = try? Repository(containing: place.root).resolve(reference).id
        try place.store.move(reference, from: before, to: commit)
        if !quiet {
            console.error.line(
                "edits are kept as \(commit.prefix(12)): "
                    + "'git checkout \(commit.prefix(12)) -- .' brings them back")
        }
    }
}
