import ArgumentParser
import History

struct PlotsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plots", abstract: "Shows the values that plots draw.",
        discussion: """
            EXAMPLES
              nlpipe plots show
              nlpipe plots diff HEAD~1 --json
            """,
        subcommands: [PlotsShowCommand.self, PlotsDiffCommand.self])
}

struct PlotsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows the values that the plots of the working folder draw.",
        discussion: """
            EXAMPLES
              nlpipe plots show
              nlpipe plots show --json         values and columns, as 'dvc plots show --json' has them
            """)

    @Argument(help: "Plots, or folders of them; all of them unless given.")
    var targets: [String] = []
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let moments = try Moments(global)
        let now = try moments.values(nil).map { [("workspace", $0)] } ?? []
        PlotOutput.print(try PlotValues.of(now, targets: targets), json: json)
    }
}

struct PlotsDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows the values that plots draw in several revisions.",
        discussion: """
            EXAMPLES
              nlpipe plots diff                HEAD beside the working folder
              nlpipe plots diff v1.0 v1.1 --targets loss.csv --json
            """)

    @Argument(help: "Revisions; one is compared with the working folder, none means HEAD.")
    var revisions: [String] = []
    @Option(parsing: .upToNextOption, help: "Only these plots, or those below these folders.")
    var targets: [String] = []
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let moments = try Moments(global)
        var sides: [(String, ProjectValues)] = []
        if revisions.count < 2, let now = try moments.values(nil) {
            sides.append(("workspace", now))
        }
        for revision in revisions.isEmpty ? ["HEAD"] : revisions {
            if let values = try moments.values(revision) { sides.append((revision, values)) }
        }
        PlotOutput.print(try PlotValues.of(sides, targets: targets), json: json)
    }
}

/// Plots on the console.
private enum PlotOutput {
    static func print(_ plots: [PlotValues], json: Bool) {
        let console = Console()
        if json {
            console.out.line(PlotValues.json(plots))
            return
        }
        for failure in plots.flatMap(\.failures) { console.warn(failure.description) }
        let tables = plots.map { "\($0.name)\n\n\($0.table.plain)" }
        if tables.isEmpty {
            console.error.line("no plots")
        } else {
            console.out.line(tables.joined(separator: "\n\n"))
        }
    }
}
