import ArgumentParser
import Engine
import Glibc
import Pipelines

/// Which stages a command is about: the targets, and how far from them it goes.
struct ReproTargets: ParsableArguments {
    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(name: [.short, .customLong("single-item")], help: "Only the targets, nothing upstream.")
    var single = false
    @Flag(
        name: [.short, .customLong("pipeline")],
        help: "The targets and every stage connected with them.")
    var pipeline = false
    @Flag(
        name: [.customShort("P"), .customLong("all-pipelines")],
        help: "All stages, whatever the targets.")
    var all = false
    @Flag(
        name: [.customShort("R"), .long],
        help: "Targets are folders: the stages of all pipeline files in and below them.")
    var recursive = false
    @Flag(help: "The targets and what follows them, nothing upstream.")
    var downstream = false
    @Flag(help: "Targets are patterns for names of stages, such as 'train*'.")
    var glob = false

    func validate() throws {
        let chosen = [
            (single, "--single-item"), (pipeline, "--pipeline"), (all, "--all-pipelines"),
            (downstream, "--downstream"),
        ].filter(\.0).map(\.1)
        guard chosen.count < 2 else {
            throw ValidationError("'\(chosen[0])' and '\(chosen[1])' exclude each other")
        }
        if recursive && glob {
            throw ValidationError("'--recursive' and '--glob' exclude each other")
        }
    }

    /// The stages, in running order.
    func stages(of project: OpenProject) throws -> [Stage] {
        if all { return try project.stages([]) }
        let targets = try targets(in: project)
        guard pipeline || downstream, !targets.isEmpty else {
            return try project.stages(targets, single: single)
        }
        let named = try project.stages(targets, single: true).map(\.name)
        return downstream
            ? try project.graph.order(targets: named, downstream: true)
            : try project.graph.order(
                targets: project.graph.connected(with: named, pastFrozen: false), single: true)
    }

    /// What is meant: as in DVC, the stages of the nearest pipeline file where nothing is named.
    private func targets(in project: OpenProject) throws -> [String] {
        if glob { return try matches(in: project) }
        if recursive { return try files(in: project) }
        guard targets.isEmpty, let file = project.nearestFile else { return targets }
        return [up(from: project) + file]
    }

    /// The pipeline files in and below the folders that are targets, or the working folder.
    private func files(in project: OpenProject) throws -> [String] {
        var found: [String] = []
        for target in targets.isEmpty ? ["."] : targets {
            let inside = project.graph.files(below: target, folder: project.folder)
            guard !inside.isEmpty else {
                throw DefinitionError(diagnostics: [
                    Diagnostic(
                        at: .nowhere, "no pipeline file is in '\(target)' or below it",
                        hint: "with -R targets are folders")
                ])
            }
            found += inside.map { up(from: project) + $0 }
        }
        return found
    }

    /// From the working folder to the root.
    private func up(from project: OpenProject) -> String {
        project.folder.split(separator: "/").map { _ in "../" }.joined()
    }

    /// The names that the patterns match, in file order.
    private func matches(in project: OpenProject) throws -> [String] {
        var found: Set<String> = []
        for pattern in targets {
            let names = project.pipeline.stages.map(\.name).filter {
                fnmatch(pattern, $0, 0) == 0
            }
            guard !names.isEmpty else {
                throw DefinitionError(diagnostics: [
                    Diagnostic(at: .nowhere, "no stage has a name that matches '\(pattern)'")
                ])
            }
            found.formUnion(names)
        }
        return project.pipeline.stages.map(\.name).filter(found.contains)
    }
}
