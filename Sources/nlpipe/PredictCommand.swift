import ArgumentParser
import Foundation
import History
import ParamValues
import Pipelines

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Labels texts with a packaged model.",
        discussion: """
            Prints the label and its probability, one line for each text. Without texts it reads
            lines from standard input and answers as they come.

            EXAMPLES
              nlpipe predict package "a fine film" "two hours I will not get back"
              nlpipe predict package < reviews.txt > labels.tsv
              nlpipe predict package --json "a fine film"
              nlpipe predict package --verify < reviews.txt
            """)

    @Argument(help: "The folder that the package stage wrote.")
    var package: String
    @Argument(help: "Texts to label; lines of standard input if left out.")
    var texts: [String] = []
    @Option(help: "Threads to keep busy; answers do not depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print one JSON object a line, with the probability of every label.")
    var json = false
    @Flag(help: "First check the package's files against the digests in its manifest.")
    var verify = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...1024).contains(threads) else {
            throw ValidationError("'--threads' is \(threads); expected 1 to 1024")
        }
    }

    func run() throws {
        let folder = package.hasPrefix("/") ? package : try global.workingFolder() + "/" + package
        if verify { try Wiring.verify(package: folder) }
        let labeller = try Wiring.labeller(package: folder, threads: threads)
        let output = Console().out
        guard texts.isEmpty else {
            _ = try answer(texts, labeller, output)
            return
        }
        var input = LineInput()
        while let lines = try input.next() {
            guard try answer(lines, labeller, output) else { return }
        }
    }

    /// Prints one line for each text; false once nobody reads any more.
    private func answer(
        _ texts: [String], _ labeller: Labeller, _ output: Console.Output
    ) throws -> Bool {
        let lines = try labeller(texts).map { json ? $0.json : $0.line }
        return output.write((lines.joined(separator: "\n") + "\n").utf8)
    }
}

/// Labels texts, answers in their order.
typealias Labeller = (_ texts: [String]) throws -> [LabelledText]

/// The answer to one text.
struct LabelledText {
    var label: String
    /// Probability of the label.
    var score: Double
    /// Probability of every label.
    var scores: [String: Double]

    /// Label and probability with a tab between.
    var line: String { "\(label)\t\(DecimalText.text(score, precision: 4))" }

    /// `{"label", "score", "scores"}`.
    var json: String {
        ParamValue.object([
            "label": .string(label), "score": .double(score),
            "scores": .object(scores.mapValues(ParamValue.double)),
        ]).canonicalText
    }
}
