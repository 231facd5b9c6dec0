import ArgumentParser
import Foundation

struct CICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ci", abstract: "Writes what CI and nightly retraining need.",
        discussion: """
            EXAMPLES
              nlpipe ci init
            """,
        subcommands: [CIInitCommand.self])
}

struct CIInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes workflows for GitHub, a systemd timer and a Kubernetes CronJob.",
        discussion: """
            Pull requests: restore the cache, 'repro', 'gate', one comment that is kept up to date.
            Every night: 'repro', record what was retrained or why nothing was, compare with the
            night before. Files that are there are left alone unless --force is given. docs/ci.md
            says more.

            EXAMPLES
              nlpipe ci init
              nlpipe ci init --setup 'curl -fsSL https://example.org/nlpipe.sh | sh'
              nlpipe ci init --container swift:6.3-bookworm --at 02:40 --retrain-days 14
            """)

    @Option(help: "Shell line that puts nlpipe on the PATH of a job.")
    var setup = CISettings().setup
    @Option(help: "Image of the container that jobs run in; the runner itself unless given.")
    var container: String?
    @Option(help: "Shell line before the checkout, for what a container lacks.")
    var before: String?
    @Option(help: "Time of the nightly run, hours and minutes, UTC.")
    var at = CISettings().time
    @Option(help: "Days after which a night retrains though nothing changed; 0 for never.")
    var retrainDays = CISettings().retrainDays
    @Option(help: "Image of the CronJob.")
    var image = CISettings().image
    @Flag(name: .shortAndLong, help: "Write over files that are there.")
    var force = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let texts = [
            ("--setup", setup), ("--container", container ?? "x"), ("--before", before ?? "x"),
            ("--image", image),
        ]
        for (name, text) in texts {
            let isPlain = text.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control && $0.value != 0x2028
                    && $0.value != 0x2029
            }
            guard isPlain, text.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("'\(name)' is no line of text")
            }
        }
        guard CISettings.clock(at) != nil else {
            throw ValidationError("'--at' is '\(at)'; expected hours and minutes such as 03:17")
        }
        guard (0...3650).contains(retrainDays) else {
            throw ValidationError("'--retrain-days' is \(retrainDays); expected 0 to 3650")
        }
    }

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        let settings = CISettings(
            setup: setup, container: container, before: before, time: at, retrainDays: retrainDays,
            image: image)
        let console = Console()
        var made: [String] = []
        var kept: [String] = []
        for file in CIFiles.all(settings) {
            let place = "\(root)/\(file.path)"
            if FileManager.default.fileExists(atPath: place), !force {
                kept.append(file.path)
                continue
            }
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: place).deletingLastPathComponent(),
                withIntermediateDirectories: true)
            try GateFiles.write(file.text, to: place, from: global)
            made.append(file.path)
        }
        guard !json else {
            return console.out.json(["made": .texts(made), "kept": .texts(kept)])
        }
        for path in made { console.out.line("made \(path)") }
        for path in kept { console.warn("\(path) is there already; --force writes over it") }
    }
}
