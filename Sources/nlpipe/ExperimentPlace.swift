import ContentStore
import Engine
import Foundation
import History
import ParamValues
import Pipelines

/// A project in git, as experiments need it.
struct ExperimentPlace {
    /// The project's root.
    let root: String
    let layout: Layout
    /// The folder that the command was started in, relative to the root.
    let folder: String
    /// The commit that experiments start from.
    let baseline: Commit
    let tree: WorkingTree
    let store: ExperimentStore

    /// Finds the project; throws where it is in no git repository, or in one without a commit.
    init(_ options: GlobalOptions) throws {
        let working = try options.workingFolder()
        root = try ProjectRoot.find(from: working)
        folder = working.split(separator: "/").dropFirst(root.split(separator: "/").count)
            .joined(separator: "/")
        layout = try ProjectRoot.layout(of: root)
        guard let head = try Repository(containing: root).head() else {
            throw RepositoryError.noCommits(folder: root)
        }
        baseline = head
        tree = try WorkingTree(
            root: root, scratch: Self.scratch(root: root, layout: layout) + "/.work")
        store = ExperimentStore(folder: root)
    }

    /// Where copies of the project are kept while experiments run in them.
    var copies: String { Self.scratch(root: root, layout: layout) }

    /// The history of the project, which also records the runs of its experiments.
    var history: String { "\(root)/\(layout.home)/history.sqlite" }

    private static func scratch(root: String, layout: Layout) -> String {
        "\(root)/\(layout.home)/tmp/exps"
    }

    /// A parameters file that the command line names, relative to the root: beside the working
    /// folder's pipeline, or the root's.
    func paramsFile(_ written: String?) -> String {
        let name = written ?? PipelineReader.defaultParamsFile
        guard !folder.isEmpty else { return name }
        let near = "\(folder)/\(name)"
        return FileManager.default.fileExists(atPath: "\(root)/\(near)") ? near : name
    }

    /// The parameters files with values changed, relative to the root, and nothing of those that stay
    /// as they are.
    func replacements(_ point: ParamGrid.Point) throws -> [WorkingTree.Replacement] {
        var texts: [(path: String, old: String, new: String)] = []
        for (override, value) in point {
            let path = paramsFile(override.file)
            var index = texts.firstIndex { $0.path == path }
            if index == nil {
                guard let text = try WorkspaceFiles(root: root).text(path) else {
                    throw DefinitionError(diagnostics: [
                        Diagnostic(
                            at: .file(path), "no such parameters file",
                            hint: "'-S file:key=value' names another one than \(path)")
                    ])
                }
                texts.append((path, text, text))
                index = texts.count - 1
            }
            guard let index else { continue }
            texts[index].new = try ParamEdit.text(
                texts[index].new, file: path, override, value: value)
        }
        return texts.filter { $0.old != $0.new }.map { .init(path: $0.path, text: $0.new) }
    }

    /// The files of the project at `root` as an experiment keeps them: what git tracks, and of the rest
    /// what the pipeline is made of, reads or leaves to git.
    static func snapshot(
        of pipeline: Pipeline, root: String, layout: Layout, scratch: String,
        including others: [String] = []
    ) throws -> String {
        let stages = pipeline.stages
        let outs = stages.flatMap(\.outs)
        var paths = pipeline.files + pipeline.allParamsFiles + pipeline.templateFiles
        paths += pipeline.files.map { lock(beside: $0, layout: layout) }
        paths += stages.flatMap(\.deps).filter { $0.glob == nil }.map(\.path)
        paths += outs.filter { !$0.cache }.map(\.path) + pipeline.metrics
        paths += stages.filter { $0.action == .data }.map(\.location.file)
        paths += (outs.map(\.path) + [""]).map { out in
            let slash = out.lastIndex(of: "/")
            return slash.map { "\(out[..<$0])/.gitignore" } ?? ".gitignore"
        }
        // What the cache keeps is git's business nowhere.
        let cached = Set(outs.filter(\.cache).map(\.path))
        let wanted = Set(paths).subtracting(cached).subtracting([""]).sorted()
        return try WorkingTree(root: root, scratch: scratch).tree(adding: wanted, forced: others)
    }

    private static func lock(beside file: String, layout: Layout) -> String {
        guard layout.format == .dvc, let slash = file.lastIndex(of: "/") else {
            return layout.lockFile
        }
        return "\(file[..<slash])/\(layout.lockFile)"
    }

    /// What the commands of an experiment find in their environment.
    static func variables(name: String, baseline: String) -> [String: String] {
        [
            "NLPIPE_EXP_NAME": name, "NLPIPE_EXP_BASELINE_REV": baseline, "DVC_EXP_NAME": name,
            "DVC_EXP_BASELINE_REV": baseline,
        ]
    }

    /// Puts a result on record as an experiment.
    func keep(
        tree: String, baseline: String, name: String?, message: String?, force: Bool
    ) throws -> ExperimentStore.Outcome {
        try store.keep(
            tree: tree, baseline: baseline, name: name,
            message: message ?? "nlpipe: experiment with tree \(tree.prefix(12))", force: force)
    }
}

extension ExperimentStore.Outcome {
    /// `{"name", "rev", "outcome"}`.
    var fields: [String: ParamValue] {
        let (word, experiment) =
            switch self {
            case .made(let experiment): ("kept", experiment)
            case .known(let experiment): ("known", experiment)
            }
        return [
            "name": .string(experiment.name), "rev": .string(experiment.id),
            "outcome": .string(word),
        ]
    }
}

/// What is said about an experiment that was put on record.
enum ExperimentText {
    static func line(_ outcome: ExperimentStore.Outcome) -> String {
        switch outcome {
        case .made(let experiment):
            "experiment '\(experiment.name)' (\(experiment.shortID)) is kept"
        case .known(let experiment):
            "experiment '\(experiment.name)' (\(experiment.shortID)) has this result already; "
                + "nothing new is kept"
        }
    }
}
