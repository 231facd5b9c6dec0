import ArgumentParser
import BenchReport
import Foundation

/// The command line.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures nlpipe and its peers in turns, on this machine.",
        discussion: """
            EXAMPLES
              bench                       every work; writes docs/benchmarks/
              bench train batch           these two; writes nothing
              bench --list                the works
            """,
        subcommands: [Measure.self, ServeCommand.self, Render.self], defaultSubcommand: Measure.self
    )
}

/// Answers as nlpipe's side of a work.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Do one work, as the benchmark asks.", shouldDisplay: false)

    func run() throws { try Serve.run() }
}

/// Writes page and chart of an earlier run.
struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write page and chart of an earlier run again.")

    @Argument(help: "The run's JSON file.")
    var file: String

    @Option(help: "The folder to write to.")
    var output = "."

    func run() throws {
        try Report(json: Data(contentsOf: URL(fileURLWithPath: file))).writePage(to: output)
    }
}

extension Report {
    /// Writes `latest.md` and `latest.svg`.
    func writePage(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try markdown().write(toFile: "\(folder)/latest.md", atomically: true, encoding: .utf8)
        try BarChart(self).svg.write(
            toFile: "\(folder)/latest.svg", atomically: true, encoding: .utf8)
    }
}
