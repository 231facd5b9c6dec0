import ArgumentParser
import BenchReport
import Foundation

/// Measures works and shows the result.
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure some works, or all of them.", shouldDisplay: false)

    @Argument(help: "Works to measure; all if left out.")
    var works: [String] = []

    @Flag(help: "List the works and end.")
    var list = false

    @Option(help: "Counted rounds of each work.")
    var rounds = 5

    @Option(help: "Training steps a round.")
    var steps = 12

    @Flag(help: "Print the result as JSON.")
    var json = false

    @Flag(help: "Also the whole pipeline on both sides: more than 30 minutes.")
    var pipeline = false

    @Flag(help: "Also some steps of every stage, extrapolated to the whole pipeline.")
    var pipelineSlice = false

    @Option(help: "The project's folder, with data/ and models/.")
    var project = "."

    @Option(help: "The Python that has the peers.")
    var python = "Benchmarks/.venv/bin/python"

    @Option(
        help: "Write JSON, page and chart there. A whole run writes to docs/benchmarks anyway.")
    var output: String?

    func validate() throws {
        guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
        guard steps >= 1 else { throw ValidationError("--steps must be at least 1") }
        let known = Catalogue.contests.map(\.name)
        for work in works where !known.contains(work) {
            throw ValidationError(
                "no work '\(work)'\n  expected: \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        if list {
            for contest in Catalogue.contests {
                print(
                    contest.name.padding(toLength: 16, withPad: " ", startingAt: 0), contest.summary
                )
            }
            return
        }
        let root = URL(fileURLWithPath: project).standardizedFileURL.path
        let inputs = Inputs(
            project: root, scratch: "\(root)/Benchmarks/.work", python: python,
            peer: "\(root)/Benchmarks/peer/peer.py")
        let machine = Report.Machine.current
        note(machine.text)
        try inputs.prepare(progress: note)
        let peers = try inputs.versions()
        note(
            peers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        )
        let referee = Referee(
            inputs: inputs, rounds: rounds, steps: steps, hasTiles: machine.hasTiles,
            progress: note)
        var rows: [Row] = []
        for contest in Catalogue.contests where isWanted(contest) {
            let new = try referee.run(contest)
            if !json { new.forEach { print($0.line) } }
            rows += new
        }
        let report = Report(
            date: Self.today, commit: Self.commit(root), rounds: rounds, machine: machine,
            peers: peers, rows: rows)
        if json { print(String(decoding: try report.json(), as: UTF8.self), terminator: "") }
        if let folder = output ?? (works.isEmpty ? "\(root)/docs/benchmarks" : nil) {
            try report.writePage(to: folder)
            try report.json().write(to: URL(fileURLWithPath: "\(folder)/\(report.fileName)"))
            note("wrote \(folder)/\(report.fileName), latest.md and latest.svg")
        }
    }

    private func isWanted(_ contest: Contest) -> Bool {
        if works.contains(contest.name) { return true }
        switch contest.name {
        case "pipeline" where pipeline: return true
        case "pipeline-slice" where pipelineSlice: return true
        default: return works.isEmpty && !contest.isLong
        }
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data("bench: \(text)\n".utf8))
    }

    private static var today: String {
        Date().formatted(.iso8601.year().month().day())
    }

    private static func commit(_ folder: String) -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder, "describe", "--always", "--dirty"]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return "unknown" }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
