import ArgumentParser
import History
import ParamValues

struct ExpListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists experiments, also those of a git remote.",
        discussion: """
            EXAMPLES
              nlpipe exp list
              nlpipe exp list -A --name-only
              nlpipe exp list origin           what has been pushed
            """,
        aliases: ["ls"])

    @Argument(help: "A git remote, or a repository's URL; this repository unless given.")
    var remote: String?
    @OptionGroup var baselines: BaselineOptions
    @Flag(name: [.customLong("name-only"), .customLong("names-only")], help: "Print names only.")
    var nameOnly = false
    @Flag(name: [.customLong("sha-only"), .customLong("shas-only")], help: "Print commits only.")
    var shaOnly = false
    @Flag(help: "Print one JSON object: baseline → name → commit.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if nameOnly && shaOnly {
            throw ValidationError("'--name-only' and '--sha-only' exclude each other")
        }
    }

    func run() throws {
        let root = try ProjectRoot.find(from: try global.workingFolder())
        let repository = try Repository(containing: root)
        let all =
            try remote.map { try ExperimentStore(folder: root).experiments(of: $0) }
            ?? repository.experiments()
        let found = try baselines.experiments(of: all, in: repository)
        let console = Console()
        if json {
            let groups = Dictionary(grouping: found, by: \.baseline).mapValues { experiments in
                ParamValue.object(
                    Dictionary(
                        experiments.map { ($0.name, .string($0.id)) },
                        uniquingKeysWith: { first, _ in first }))
            }
            return console.out.json(groups)
        }
        let names = try CommitNames(repository, root: root)
        var baseline = ""
        for experiment in found {
            if nameOnly {
                console.out.line(experiment.name)
            } else if shaOnly {
                console.out.line(experiment.id)
            } else {
                if experiment.baseline != baseline {
                    baseline = experiment.baseline
                    console.out.line("\(names[baseline] ?? String(baseline.prefix(7))):")
                }
                let name =
                    remote == nil ? "\(experiment.shortID) [\(experiment.name)]" : experiment.name
                console.out.line("\t\(name)")
            }
        }
    }
}
