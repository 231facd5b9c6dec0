import ArgumentParser
import Engine
import ParamValues
import Pipelines

struct UnprotectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unprotect",
        abstract: "Gives outs that are links to the cache files of their own, to be edited.",
        discussion: """
            Only where 'cache.type' names hardlink or symlink: such outs are read-only, and an edit \
            by force would damage the cache. 'nlpipe checkout --relink' makes them links again.

            EXAMPLES
              nlpipe unprotect data/labels.csv
              nlpipe unprotect prepare           all outs of a stage
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String]
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        var outs: [String] = []
        for target in targets {
            let stages = try opened.stages([target], single: true)
            let paths = stages.flatMap { $0.outs.filter(\.cache).map(\.path) }
            let path = opened.folder.isEmpty ? target : "\(opened.folder)/\(target)"
            outs += paths.contains(path) ? [path] : paths
        }
        let changed = try Unprotect(project: opened.project).run(outs)
        if json { return Console().out.json(["unprotected": .texts(changed)]) }
        for path in changed { Console().out.line(path) }
        if changed.isEmpty { Console().out.line("nothing is a link") }
    }
}
