import ArgumentParser
import Engine
import ParamValues
import Pipelines

struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Tracks files and folders by '.dvc' files.",
        discussion: """
            Puts the data into the cache, writes 'PATH.dvc' for git, and the path into '.gitignore'. A path inside tracked data takes all of them on record anew.

            EXAMPLES
              nlpipe add data/raw.csv
              nlpipe add images labels
            """)

    @Argument(help: "Files and folders.") var paths: [String]
    @Flag(name: .shortAndLong, help: "Print errors only.") var quiet = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        try ProjectFolder.ensure(in: opened.root)
        let tracking = TrackData(project: opened.project)
        var stages: [Stage] = []
        for path in paths {
            let stage = try tracking.stage(for: DataTracking.path(path, in: opened))
            if !stages.contains(where: { $0.name == stage.name }) { stages.append(stage) }
        }
        let console = Console()
        let outs = CachedOuts(root: opened.root) { [quiet] in
            if !quiet { console.error.line($0) }
        }
        for stage in stages { try outs.prepare(stage) }
        try tracking.run(stages)
        guard !json else { return console.out.json(["wrote": .texts(stages.map(\.name))]) }
        if !quiet { for stage in stages { console.out.line("wrote \(stage.name)") } }
    }
}

/// What commands for `.dvc` files have in common.
enum DataTracking {
    /// A path of the command line, relative to the project's root.
    static func path(_ written: String, in opened: OpenProject) throws -> String {
        var parts: [Substring] = []
        let rooted = written.hasPrefix("/")
        let isInside = !rooted || written.hasPrefix(opened.root + "/")
        let rest = rooted ? written.dropFirst(opened.root.count) : written[...]
        let started = rooted ? [] : opened.folder.split(separator: "/")
        var isOutside = !isInside
        for part in started + rest.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                isOutside = true
            }
        }
        let path = parts.joined(separator: "/")
        let name = parts.last ?? ""
        let isRecord = name.hasSuffix(DataFile.suffix) || name == opened.project.layout.pipelineFile
        guard !isOutside, !path.isEmpty, !isRecord,
            !parts.contains(where: { [".dvc", ".git", ".nlpipe"].contains($0) })
        else {
            let reason =
                isRecord
                ? "records data, and is none itself" : "does not lead to data of this project"
            throw Incomplete(
                message: "'\(written)' \(reason)", exitCode: Failure.definition)
        }
        return path
    }
}
