import ArgumentParser
import Engine
import Foundation
import History
import ParamValues
import Pipelines

struct FreezeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Marks stages as frozen: their deps are not looked at, their outs stay.",
        discussion: """
            One line of the pipeline file changes; comments and layout stay.

            EXAMPLES
              nlpipe freeze finetune
              nlpipe freeze raw.csv.dvc        the source of imported data is not asked any more
            """)

    @Argument(help: "Stages.")
    var stages: [String]
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try Freezing.set(true, of: stages, in: try OpenProject(global), json: json)
    }
}

struct UnfreezeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unfreeze", abstract: "Takes the mark of 'nlpipe freeze' from stages.",
        discussion: """
            EXAMPLES
              nlpipe unfreeze finetune
              nlpipe unfreeze raw.csv.dvc      'status' and 'repro' ask the source of imported data
            """)

    @Argument(help: "Stages.")
    var stages: [String]
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try Freezing.set(false, of: stages, in: try OpenProject(global), json: json)
    }
}

/// Sets `frozen` of stages in their pipeline file.
enum Freezing {
    /// Changes the stages one after the other; a file is only written when it reads as meant.
    static func set(
        _ frozen: Bool, of names: [String], in project: OpenProject, json: Bool
    ) throws {
        var done: [String: ParamValue] = [:]
        for target in names {
            let name = project.graph.name(at: target, folder: project.folder) ?? target
            guard let stage = project.pipeline.stage(named: name) else {
                if project.pipeline.groups[name] != nil { throw refusal(name, nil) }
                // Says which stages there are.
                _ = try project.stages([name])
                throw refusal(name, nil)
            }
            if project.pipeline.groups.values.contains(where: { $0.contains(name) }) {
                throw refusal(name, stage.location)
            }
            if stage.frozen != frozen {
                if stage.action == .data {
                    try edit(dataOf: stage, frozen: frozen, in: project)
                } else {
                    try edit(stage, frozen: frozen, in: project)
                }
            }
            done[name] = .bool(frozen)
            if !json { Console().out.line("\(name): \(frozen ? "frozen" : "not frozen")") }
        }
        if json { Console().out.json(["frozen": .object(done)]) }
    }

    /// A `.dvc` file says it at its top level; DVC puts it last.
    private static func edit(dataOf stage: Stage, frozen: Bool, in project: OpenProject) throws {
        let url = URL(fileURLWithPath: "\(project.root)/\(stage.name)").resolvingSymlinksInPath()
        var lines = try String(contentsOf: url, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        lines.removeAll { $0.hasPrefix("frozen:") || $0.hasPrefix("locked:") }
        if frozen { lines.append("frozen: true") }
        let edited = lines.map { $0 + "\n" }.joined()
        guard let after = try? DataFile(edited, file: stage.name).stage, after.frozen == frozen,
            after.outs.map(\.path) == stage.outs.map(\.path)
        else { throw refusal(stage.name, stage.location) }
        try Data(edited.utf8).write(to: url, options: .atomic)
    }

    private static func edit(_ stage: Stage, frozen: Bool, in project: OpenProject) throws {
        let path = "\(project.root)/\(stage.location.file)"
        // Several stages of one command line: what the last one left.
        let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let text = try String(contentsOf: url, encoding: .utf8)
        let address = stage.address
        let pipeline = try read(text, of: address.file, in: project)
        guard let now = pipeline.stage(named: address.name),
            let edited = FreezeEdit.text(text, stageAt: now.location, frozen: frozen),
            let after = try? read(edited, of: address.file, in: project),
            meanings(after) == meanings(pipeline, with: frozen, of: address.name)
        else { throw refusal(stage.name, stage.location) }
        try Data(edited.utf8).write(to: url, options: .atomic)
    }

    private static func read(
        _ text: String, of file: String, in project: OpenProject
    ) throws -> Pipeline {
        let files = WorkspaceFiles(root: project.root)
        return try PipelineReader(
            file: file, knownModules: Wiring.registry.names, patterns: true
        ) {
            try files.text($0)
        }.read(text)
    }

    /// The stages without the places where they are written.
    private static func meanings(
        _ pipeline: Pipeline, with frozen: Bool? = nil, of name: String = ""
    ) -> [String] {
        pipeline.stages.map { stage in
            let isFrozen = stage.name == name ? frozen ?? stage.frozen : stage.frozen
            return "\(stage.name) \(stage.action) \(stage.deps.map(\.path)) "
                + "\(stage.outs.map(\.path)) \(stage.params.map(\.keys)) \(isFrozen)"
        }
    }

    private static func refusal(_ name: String, _ place: SourceLocation?) -> DefinitionError {
        DefinitionError(diagnostics: [
            Diagnostic(
                at: place.map { .at($0) } ?? .nowhere,
                "'frozen' of '\(name)' cannot be changed by this command",
                hint: "write 'frozen: true' where the stage is defined, or take it away there")
        ])
    }
}
