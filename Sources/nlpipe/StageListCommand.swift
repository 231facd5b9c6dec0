import ArgumentParser
import History
import ParamValues
import Pipelines

struct StageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage", abstract: "Lists the stages of the pipeline.",
        subcommands: [StageListCommand.self])
}

struct StageListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the stages with what they make.",
        discussion: """
            EXAMPLES
              nlpipe stage list
              nlpipe stage list --name-only
              nlpipe stage list --json
            """)

    @Argument(help: "Stages, groups, or paths that stages make; all stages if there are none.")
    var targets: [String] = []
    @Flag(name: .long, help: "The stages of all pipeline files.")
    var all = false
    @Flag(name: [.customLong("name-only"), .customLong("names-only")], help: "Only the names.")
    var namesOnly = false
    @Flag(help: "Print a JSON array.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        let chosen = Set(
            try opened.stages(targets, single: !targets.isEmpty).map(\.name))
        // As in DVC: without targets the stages of the nearest pipeline file.
        let file = targets.isEmpty && !all ? opened.nearestFile : nil
        let stages = opened.pipeline.stages.filter {
            chosen.contains($0.name) && (file == nil || $0.location.file == file)
        }
        let output = Console().out
        if json {
            output.line(ParamValue.list(stages.map(Self.object)).canonicalText)
        } else if namesOnly {
            for stage in stages { output.line(stage.name) }
        } else {
            let width = stages.map(\.name.count).max() ?? 0
            for stage in stages {
                let gap = String(repeating: " ", count: width - stage.name.count + 2)
                output.line("\(stage.name)\(gap)\(Self.words(stage))")
            }
        }
    }

    /// The first line of the stage's description, or what it makes, as DVC words it.
    static func words(_ stage: Stage) -> String {
        if let line = stage.description?.split(separator: "\n").first { return String(line) }
        func paths(_ outs: [Out]) -> String { outs.map(\.path).joined(separator: ", ") }
        let reports = stage.outs.filter { $0.kind != .artifact }
        let outs = stage.outs.filter { $0.kind == .artifact }
        if stage.outs.isEmpty {
            return stage.deps.isEmpty
                ? "No outputs or dependencies"
                : "Depends on \(stage.deps.map(\.path).joined(separator: ", "))"
        }
        return [
            outs.isEmpty ? nil : "Outputs \(paths(outs))",
            reports.isEmpty ? nil : "Reports \(paths(reports))",
        ].compactMap { $0 }.joined(separator: "; ")
    }

    private static func object(_ stage: Stage) -> ParamValue {
        func list(_ texts: [String]) -> ParamValue { .list(texts.map(ParamValue.string)) }
        var entry: [String: ParamValue] = [
            "name": .string(stage.name), "deps": list(stage.deps.map(\.path)),
            "outs": list(stage.outs.map(\.path)), "frozen": .bool(stage.frozen),
            "always_changed": .bool(stage.alwaysChanged),
            "location": .string(stage.location.description),
        ]
        switch stage.action {
        case .command(let lines): entry["cmd"] = list(lines)
        case .data: break
        case .module(let name): entry["run"] = .string(name)
        }
        if let description = stage.description { entry["desc"] = .string(description) }
        return .object(entry)
    }
}
