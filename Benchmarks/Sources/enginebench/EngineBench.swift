import ArgumentParser
import BenchReport
import Foundation

/// The command line.
@main
struct EngineBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enginebench",
        abstract: "Measures nlpipe's engine beside real DVC, in turns, on generated projects.",
        discussion: """
            EXAMPLES
              Benchmarks/run.sh --engine                    every work; writes docs/benchmarks/
              Benchmarks/run.sh --engine noop-7 dep-noop    these two; writes nothing
              Benchmarks/run.sh --engine --list             the works
            """)

    @Argument(help: "Works; without one, all.")
    var names: [String] = []
    @Flag(help: "List the works.")
    var list = false
    @Flag(help: "A tenth of the files: for trials.")
    var quick = false
    @Option(help: "Rounds of nlpipe; the peer does as many, or fewer where it is slow.")
    var rounds = 5
    @Option(help: "The nlpipe to measure.")
    var nlpipe: String
    @Option(help: "The DVC to measure; without it nlpipe is measured alone.")
    var dvc: String?
    @Option(help: "A folder for the projects, on the file system to measure.")
    var scratch: String
    @Option(help: "The folder that a whole run writes page, chart and figures to.")
    var output: String

    func validate() throws {
        guard (1...100).contains(rounds) else {
            throw ValidationError("'--rounds' is \(rounds); expected 1 to 100")
        }
    }

    func run() throws {
        // A folder of its own, which is removed as a whole.
        let scratch = "\(scratch)/enginebench-\(ProcessInfo.processInfo.processIdentifier)"
        let all = Catalogue.works(scratch: scratch, quick: quick)
        if list {
            for work in all { print("\(work.id)\t\(work.title)") }
            return
        }
        let unknown = names.filter { name in !all.contains { $0.id == name } }
        guard unknown.isEmpty else {
            throw ValidationError("no work is called '\(unknown[0])'; --list names them")
        }
        let works = names.isEmpty ? all : all.filter { names.contains($0.id) }
        var tools = [Tool(kind: .nlpipe, program: nlpipe, scratch: scratch)]
        if let dvc { tools.append(Tool(kind: .dvc, program: dvc, scratch: scratch)) }
        try FileManager.default.createDirectory(
            atPath: "\(scratch)/home", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let peer =
            try tools.count > 1 ? "DVC \(version(of: tools[1], in: scratch))" : "not measured"
        let referee = Referee(tools: tools, rounds: rounds) { text in
            FileHandle.standardError.write(Data("\(text)\n".utf8))
        }
        var rows = Rows(peer: peer)
        for work in works {
            let before = rows.rows.count
            rows.add(work, try referee.run(work))
            for row in rows.rows[before...] { print(row.line) }
        }
        guard names.isEmpty, !quick, dvc != nil else { return }
        try write(rows.rows, peer: peer)
    }

    private func version(of tool: Tool, in scratch: String) throws -> String {
        try Text.output(of: [tool.program, "--version"], in: scratch, tool.environment)
    }

    private func write(_ rows: [Row], peer: String) throws {
        let report = Report(
            date: Text.today, commit: try Text.commit(of: output), rounds: rounds,
            machine: .here, peers: ["dvc": peer.split(separator: " ").last.map(String.init) ?? ""],
            rows: rows)
        try report.json().write(to: URL(fileURLWithPath: "\(output)/engine.json"))
        try report.markdown(command: "make bench BENCH=--engine", picture: "engine.svg")
            .write(toFile: "\(output)/engine.md", atomically: true, encoding: .utf8)
        try BarChart(report).svg.write(
            toFile: "\(output)/engine.svg", atomically: true, encoding: .utf8)
    }
}
