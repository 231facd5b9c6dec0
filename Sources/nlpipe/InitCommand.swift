import ArgumentParser
import Foundation
import History
import ParamValues
import Pipelines

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Starts a project in this folder.",
        discussion: """
            Makes '.nlpipe/' with a '.gitignore' for what stays on this machine, and an example
            'pipeline.yml' unless there is one.

            EXAMPLES
              git init && nlpipe init
              nlpipe init --no-scm       without git: revisions cannot be compared
            """)

    @Flag(name: .shortAndLong, help: "Renew '.nlpipe/.gitignore' if it exists.")
    var force = false
    @Flag(name: .customLong("no-scm"), help: "Do not ask for a git repository.")
    var withoutSCM = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let folder = try global.workingFolder()
        if !withoutSCM {
            do { _ = try Repository(containing: folder) } catch RepositoryError.notARepository {
                throw UsageError.noRepository(folder: folder)
            }
        }
        let ignore = "\(folder)/\(ProjectFolder.ignoreFile)"
        if FileManager.default.fileExists(atPath: ignore), !force {
            throw UsageError.existingProject(path: ".nlpipe")
        }
        try ProjectFolder.make(in: folder)
        var made = [ProjectFolder.ignoreFile]
        let pipeline = "\(folder)/\(PipelineReader.defaultFile)"
        if !FileManager.default.fileExists(atPath: pipeline) {
            try Data(Self.example.utf8).write(to: URL(fileURLWithPath: pipeline))
            made.append(PipelineReader.defaultFile)
        }
        let console = Console()
        guard !json else { return console.out.json(["made": .texts(made)]) }
        for path in made { console.out.line("made \(path)") }
        console.error.line("next: describe your stages in 'pipeline.yml', then 'nlpipe repro'")
    }

    private static let example = """
        # A pipeline: stages with what they read (deps, params) and what they write (outs, metrics).
        # 'nlpipe repro' runs those that are out of date.
        stages: {}
        # stages:
        #   prepare:
        #     cmd: sort data/raw.txt > data/sorted.txt
        #     deps: [data/raw.txt]
        #     outs: [data/sorted.txt]

        """
}
