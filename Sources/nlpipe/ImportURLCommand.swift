import ArgumentParser
import Engine
import Foundation
import ParamValues
import Pipelines

struct ImportURLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-url", abstract: "Copies data from elsewhere and tracks them.",
        discussion: """
            What is at a path or URL is copied into the folder, put into the cache, and recorded in a '.dvc' file with where it came from; 'nlpipe update' asks there again. http and https need 'curl'.

            EXAMPLES
              nlpipe import-url /mnt/share/raw.csv
              nlpipe import-url file:///mnt/share/images data/images
              nlpipe import-url https://example.org/raw.csv
            """)

    @Argument(help: "A path, a file:// URL, or an http(s):// URL.") var url: String
    @Argument(help: "Where to put it; by default its own name in this folder.") var out: String?
    @Flag(name: .shortAndLong, help: "Replace what is there.") var force = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        try ProjectFolder.ensure(in: opened.root)
        let data = Import(opened: opened, url: url, folder: try global.workingFolder())
        let path = try DataTracking.path(out ?? data.name, in: opened)
        let require = { [force] in
            guard force || !FileManager.default.fileExists(atPath: "\(opened.root)/\(path)") else {
                throw Incomplete(
                    message: "'\(path)' exists already\nhint: -f replaces it",
                    exitCode: Failure.definition)
            }
        }
        try require()
        let stage = try TrackData(project: opened.project).stage(for: path)
        // Others may have put something there while the data were on their way.
        try data.run(stage, ready: require)
        guard !json else { return Console().out.json(["wrote": .texts([stage.name])]) }
        Console().out.line("wrote \(stage.name)")
    }
}
