/// Puts experiments on record as commits under references, as DVC does, so that either program knows
/// those of the other.
public struct ExperimentStore: Sendable {
    private let git: GitProgram
    private let folder: String

    /// Works on the repository that `folder` is in.
    public init(folder: String) {
        self.folder = folder
        git = GitProgram(in: folder)
    }

    /// How a result was put on record.
    public enum Outcome: Sendable, Equatable {
        /// It is a new experiment.
        case made(Experiment)
        /// An experiment from the same baseline has the same files; nothing was made.
        case known(Experiment)
    }

    /// Keeps a tree as an experiment.
    ///
    /// A stop at any point leaves the reference as it was or as it is meant to be.
    ///
    /// - Parameters:
    ///   - tree: the files, as `WorkingTree` names them.
    ///   - name: what it is called; a fresh name is made up unless given.
    ///   - force: replace an experiment of the same name.
    /// - Throws: `RepositoryError.experimentExists` where the name stands for another result.
    public func keep(
        tree: String, baseline: String, name: String?, message: String, force: Bool = false
    ) throws(RepositoryError) -> Outcome {
        let repository = try Repository(containing: folder)
        let all = try repository.experiments()
        let siblings = all.filter { $0.baseline == baseline }
        for sibling in siblings where !(force && sibling.name == name) {
            // A tag of git's cannot be in the way of a full name.
            guard try git.run("rev-parse", "\(sibling.id)^{tree}") == tree else { continue }
            return .known(sibling)
        }
        var generator = SystemRandomNumberGenerator()
        let name =
            name ?? ExperimentNames.fresh(avoiding: Set(all.map(\.name)), using: &generator)
        let present = siblings.first { $0.name == name }
        if present != nil, !force { throw .experimentExists(name) }
        let commit = try self.commit(tree: tree, parent: baseline, message: message)
        let experiment = Experiment(baseline: baseline, name: name, id: commit)
        try move(experiment.reference, from: present?.id, to: commit)
        return .made(experiment)
    }

    /// Writes a commit that no reference names yet, and gives its name.
    public func commit(
        tree: String, parent: String, message: String
    ) throws(RepositoryError) -> String {
        try git.withIdentity().run(
            ["commit-tree", tree, "-p", parent], input: Array((message + "\n").utf8))
    }

    /// Makes a reference name `commit`, if it names `present` now; nil where it is not there.
    public func move(
        _ reference: String, from present: String?, to commit: String
    ) throws(RepositoryError) {
        try git.run(
            "update-ref", "-m", "nlpipe: experiment", reference, commit,
            present ?? String(repeating: "0", count: 40))
    }

    /// Takes references away that name these commits, all or none.
    public func remove(
        _ references: [(name: String, id: String)]
    ) throws(RepositoryError) {
        guard !references.isEmpty else { return }
        let lines = references.map { "delete \($0.name) \($0.id)\n" }
        try git.run(
            ["update-ref", "--stdin"],
            input: Array((["start\n"] + lines + ["commit\n"]).joined().utf8))
    }

    /// Gives an experiment another name.
    public func rename(
        _ experiment: Experiment, to name: String, force: Bool
    ) throws(RepositoryError) {
        let repository = try Repository(containing: folder)
        var renamed = experiment
        renamed.name = name
        let present = try repository.experiments().first { $0.reference == renamed.reference }
        if present != nil, !force { throw .experimentExists(name) }
        let zero = String(repeating: "0", count: 40)
        let lines = [
            "start", "update \(renamed.reference) \(experiment.id) \(present?.id ?? zero)",
            "delete \(experiment.reference) \(experiment.id)", "commit", "",
        ]
        try git.run(["update-ref", "--stdin"], input: Array(lines.joined(separator: "\n").utf8))
    }

    /// The experiments of another repository, a remote's name or a URL; their commits are not looked
    /// at.
    public func experiments(of remote: String) throws(RepositoryError) -> [Experiment] {
        let listed = try git.run("ls-remote", "--refs", "--", remote, "refs/exps/*")
        return listed.split(separator: "\n").compactMap { line -> Experiment? in
            let fields = line.split(separator: "\t")
            guard fields.count == 2 else { return nil }
            return Experiment(reference: String(fields[1]), id: String(fields[0]))
        }
    }

    /// What became of an experiment on its way from or to another repository.
    public enum Sent: String, Sendable { case moved, present, diverged }

    /// Sends experiments to a remote, or gets them from it, one reference each.
    ///
    /// What is called the same on the other side and is another result stays there, unless `force`.
    ///
    /// - Parameter there: what the remote has, as `experiments(of:)` says.
    public func send(
        _ experiments: [Experiment], to remote: String, there: [Experiment], force: Bool
    ) throws(RepositoryError) -> [(experiment: Experiment, outcome: Sent)] {
        try exchange(experiments, other: there, force: force) { (specs) throws(RepositoryError) in
            try git.run(["push", "-q", "--", remote] + specs)
        }
    }

    /// Gets experiments of a remote, as `experiments(of:)` names them.
    public func get(
        _ experiments: [Experiment], from remote: String, force: Bool
    ) throws(RepositoryError) -> [(experiment: Experiment, outcome: Sent)] {
        let here = try Repository(containing: folder).experiments()
        return try exchange(experiments, other: here, force: force) {
            (specs) throws(RepositoryError) in
            try git.run(
                ["fetch", "-q", "--no-tags", "--no-write-fetch-head", "--", remote] + specs)
        }
    }

    /// Takes experiments away from a remote.
    public func remove(
        _ experiments: [Experiment], from remote: String
    ) throws(RepositoryError) {
        guard !experiments.isEmpty else { return }
        try git.run(["push", "-q", "--", remote] + experiments.map { ":\($0.reference)" })
    }

    private func exchange(
        _ experiments: [Experiment], other: [Experiment], force: Bool,
        _ transfer: ([String]) throws(RepositoryError) -> Void
    ) throws(RepositoryError) -> [(experiment: Experiment, outcome: Sent)] {
        let present = Dictionary(
            other.map { ($0.reference, $0.id) }, uniquingKeysWith: { first, _ in first })
        let outcomes = experiments.map { experiment -> (experiment: Experiment, outcome: Sent) in
            guard let id = present[experiment.reference] else { return (experiment, .moved) }
            if id == experiment.id { return (experiment, .present) }
            return (experiment, force ? .moved : .diverged)
        }
        let specs = outcomes.filter { $0.outcome == .moved }.map {
            "+\($0.experiment.reference):\($0.experiment.reference)"
        }
        if !specs.isEmpty { try transfer(specs) }
        return outcomes
    }
}
