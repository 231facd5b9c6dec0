import ArgumentParser
import Engine
import ParamValues
import Pipelines

struct UpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Brings imported data anew where their source changed.",
        discussion: """
            Imports are frozen: other commands take them as they are. This one asks the source; a
            server by its ETag, a path by its content. What is edited here is replaced.

            EXAMPLES
              nlpipe update raw.csv.dvc
              nlpipe update data/images        the path that the data have
            """)

    @Argument(help: "Files that 'nlpipe import-url' wrote, or the paths of their data.")
    var targets: [String]
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        let tracking = TrackData(project: opened.project)
        let console = Console()
        var changed: [String] = []
        var unchanged: [String] = []
        for stage in try opened.stages(targets, single: true) {
            guard stage.action == .data, let origin = try tracking.origin(of: stage)
            else {
                throw Incomplete(
                    message: """
                        '\(stage.name)' is no import
                        hint: 'nlpipe import-url' makes imports
                        """, exitCode: Failure.definition)
            }
            let data = Import(
                opened: opened, url: origin.path,
                folder: stage.workingDirectory.isEmpty
                    ? opened.root : "\(opened.root)/\(stage.workingDirectory)")
            if data.isRemote, let tag = origin.tag?.value,
                try Download(url: data.url).ask()?.tag == tag
            {
                unchanged.append(stage.name)
                continue
            }
            let before = try tracking.recorded(stage)
            try data.run(stage)
            if try tracking.recorded(stage) == before {
                unchanged.append(stage.name)
            } else {
                changed.append(stage.name)
            }
        }
        guard !json else {
            return console.out.json(["changed": .texts(changed), "unchanged": .texts(unchanged)])
        }
        for name in changed { console.out.line("\(name): brought anew") }
        for name in unchanged { console.out.line("\(name): unchanged") }
    }
}
