import ArgumentParser
import ContentStore
import Engine
import Foundation
import History
import Pipelines

/// The commits whose experiments a command is about, by DVC's flags.
struct BaselineOptions: ParsableArguments {
    @Option(help: "Experiments that started from this revision; may be given several times.")
    var rev: [String] = []
    @Option(
        name: [.customShort("n"), .customLong("num")],
        help: "And from so many commits in all, back along first parents; -1 for all of them.")
    var num = 1
    @Flag(name: [.customShort("A"), .customLong("all-commits")], help: "From any commit.")
    var allCommits = false

    /// True where the command line says nothing, and HEAD is meant.
    var isDefault: Bool { rev.isEmpty && !allCommits }

    /// The commits in order, each once.
    func commits(
        in repository: Repository, branches: Bool = false, tags: Bool = false
    ) throws -> [Commit] {
        var found: [Commit] = []
        let isDefault = self.isDefault && !branches && !tags
        for revision in isDefault ? ["HEAD"] : rev {
            found += try ancestors(of: repository.resolve(revision), repository)
        }
        if allCommits {
            found += try repository.revisions([.commits]).map(\.commit)
        } else {
            if branches {
                for branch in try repository.revisions([.branches]) {
                    found += try ancestors(of: branch.commit, repository)
                }
            }
            if tags { found += try repository.revisions([.tags]).map(\.commit) }
        }
        var seen: Set<String> = []
        return found.filter { seen.insert($0.id).inserted }
    }

    private func ancestors(of commit: Commit, _ repository: Repository) throws -> [Commit] {
        try repository.ancestors(of: commit, limit: num < 0 ? .max : num)
    }

    /// The experiments that are meant.
    func experiments(of all: [Experiment], in repository: Repository) throws -> [Experiment] {
        if allCommits { return all }
        let baselines = Set(try commits(in: repository).map(\.id))
        return all.filter { baselines.contains($0.baseline) }
    }
}

/// Reads what is known of commits and of the working folder.
struct ExperimentReading {
    let root: String
    let layout: Layout
    /// Only the parameters that stages name.
    var usedParams = false
    private let console = Console()

    init(root: String) throws {
        self.root = root
        layout = try ProjectRoot.layout(of: root)
    }

    /// The row of a revision, of the working folder for nil; what cannot be read is said in it.
    func state(_ commit: Commit?, name: String?) -> ExperimentState {
        var state = ExperimentState(revision: commit?.id ?? "workspace", name: name)
        do { state.data = try data(commit) } catch {
            state.problem = Failure.words(error)
        }
        return state
    }

    /// What is known of a revision, of the working folder for nil.
    func data(_ commit: Commit?) throws -> ExperimentData {
        var files: any ProjectFiles = WorkspaceFiles(root: root)
        if let commit {
            files = try Repository(containing: root).files(of: commit, below: root)
        }
        let pipeline = try ProjectReader(files: files, layout: layout, knownModules: nil).read()
            .pipeline
        let lock = try LockFile(of: pipeline, layout: layout) { try files.text($0) }
        if commit != nil, let revision = files as? RevisionFiles {
            files = CachedFiles(revision, root: root, pipeline: pipeline)
        }
        let values = ProjectValues(files: files, pipeline: pipeline)
        var (deps, outs): ([ExperimentData.Item], [ExperimentData.Item]) = ([], [])
        for stage in pipeline.stages {
            let entry = lock.entries[stage.name]
            for dep in stage.deps where !deps.contains(where: { $0.path == dep.path }) {
                let recorded = entry?.fingerprint.deps.first { $0.path == dep.path }
                deps.append(Self.item(dep.path, recorded?.content))
            }
            for out in stage.outs where out.kind == .artifact {
                var item = Self.item(out.path, entry?.content(of: out.path))
                (item.isCached, item.isData) = (out.cache, stage.action == .data)
                outs.append(item)
            }
        }
        return ExperimentData(
            revision: commit?.id ?? "workspace", time: commit?.time,
            params: try values.paramsOnRecord(used: usedParams),
            metrics: try values.metrics(missing: true), deps: deps, outs: outs)
    }

    private static func item(_ path: String, _ content: Content?) -> ExperimentData.Item {
        var item = ExperimentData.Item(path: path)
        guard let content else { return item }
        item.hash = content.digest.name
        item.size = content.size
        if case .folder(let files) = content.form { item.files = files }
        return item
    }

    /// The rows of an experiment: its commit, and those between it and its baseline.
    func state(of experiment: Experiment, in repository: Repository) throws -> ExperimentState {
        var state = state(try repository.resolve(experiment.id), name: experiment.name)
        var last = experiment.id
        for _ in 0..<1000 {
            guard let parent = try? repository.resolve("\(last)^"), parent.id != experiment.baseline
            else { break }
            state.earlier.append(self.state(parent, name: nil))
            last = parent.id
        }
        return state
    }
}

/// What people call commits: the branch that is checked out, a tag, another branch.
struct CommitNames {
    private var names: [String: String] = [:]

    init(_ repository: Repository, root: String) throws {
        for branch in try repository.revisions([.branches]) {
            names[branch.commit.id] = String(branch.name.split(separator: ",").first ?? "")
        }
        for tag in try repository.revisions([.tags]) {
            names[tag.commit.id] = String(tag.name.split(separator: ",").first ?? "")
        }
        let head = try? GitProgram(in: root).run("symbolic-ref", "-q", "HEAD")
        if let head, head.hasPrefix("refs/heads/"), let commit = try repository.head() {
            names[commit.id] = String(head.dropFirst("refs/heads/".count))
        }
    }

    subscript(commit: String) -> String? { names[commit] }
}
