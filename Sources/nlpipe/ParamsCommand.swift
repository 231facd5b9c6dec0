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
    @Option(
        parsing: .upToNextOption, help: "Only these parameters files, or those below these folders."
    )
    var targets: [String] = []
    @Flag(help: "Leave out the column of files.")
    var noPath = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let moments = try Moments(global)
        let old = try params(of: sides.oldName, moments)
        let new = try params(of: sides.b, moments)
        moments.warn(about: old, of: sides.oldName)
        moments.warn(about: new, of: sides.newName)
        var report = ValueReport(
            ValueChange.between(old, new, all: all), valueName: "Param", old: sides.oldName,
            new: sides.newName, precision: 15)
        report.showsPath = !noPath
        report.print(json: json, md: md)
    }

    private func params(of revision: String?, _ moments: Moments) throws -> [ValueFile] {
        guard let values = try moments.values(revision) else { return [] }
        return try values.params(used: deps, beside: targets).below(targets)
    }
}
