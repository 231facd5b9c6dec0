import ArgumentParser
import History

struct ParamsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "params", abstract: "Compares parameters.",
        discussion: """
            EXAMPLES
              nlpipe params diff HEAD~1
            """,
        subcommands: [ParamsDiffCommand.self])
}

struct ParamsDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compares parameters of two revisions.",
        discussion: """
            EXAMPLES
              nlpipe params diff               HEAD against the working folder
              nlpipe params diff v1.0 HEAD --deps
              nlpipe params diff --all --json
            """)

    @OptionGroup var sides: Sides
    @Flag(help: "Print JSON: file → key → old, new, diff.")
    var json = false
    @Flag(help: "Print a Markdown table.")
    var md = false
    @Flag(help: "Also list what is equal.")
    var all = false
    @Flag(help: "Only parameters that a stage depends on.")
    var deps = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let moments = try Moments(global)
        let old = try moments.values(sides.oldName)?.params(used: deps) ?? []
        let new = try moments.values(sides.b)?.params(used: deps) ?? []
        moments.warn(about: old, of: sides.oldName)
        moments.warn(about: new, of: sides.newName)
        let report = ValueReport(
            ValueChange.between(old, new, all: all), valueName: "Param", old: sides.oldName,
            new: sides.newName, precision: 15)
        report.print(json: json, md: md)
    }
}
