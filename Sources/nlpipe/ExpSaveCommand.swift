import ArgumentParser
import Engine
import History
import ParamValues

struct ExpSaveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Keeps the working folder as it is as an experiment.",
        discussion: """
            Outs as they are go into the cache and the lock, as 'nlpipe commit -f' does; nothing runs.

            EXAMPLES
              nlpipe exp save
              nlpipe exp save -n by-hand -m 'edited the labels'
              nlpipe exp save -I notes.txt     with a file that git does not keep
            """)

    @Argument(help: "Stages whose outs are taken; all of them unless given.")
    var targets: [String] = []
    @Option(name: .shortAndLong, help: "What to call it; a name is made up unless given.")
    var name: String?
    @Option(name: .shortAndLong, help: "The message of its commit.")
    var message: String?
    @Flag(name: .shortAndLong, help: "Replace an experiment of the same name.")
    var force = false
    @Option(
        name: [.customShort("I"), .customLong("include-untracked")],
        help: "A file that git does not keep, to be in it; may be given several times.")
    var include: [String] = []
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let place = try ExperimentPlace(global)
        if let name, let problem = Experiment.problem(ofName: name) {
            throw RepositoryError.badExperimentName(name, reason: problem)
        }
        let opened = try OpenProject(at: try global.workingFolder())
        try ProjectFolder.ensure(in: place.root)
        let stages = try opened.stages(targets, single: !targets.isEmpty)
        let outs = CachedOuts(root: opened.root) { [json] in
            if !json { Console().error.line($0) }
        }
        for stage in stages { try outs.prepare(stage) }
        _ = try AcceptPresent(project: opened.project).run(stages) { _, _ in true }
        let tree = try ExperimentPlace.snapshot(
            of: opened.pipeline, root: place.root, layout: place.layout,
            scratch: "\(place.copies)/.work",
            including: include.map { place.folder.isEmpty ? $0 : "\(place.folder)/\($0)" })
        let outcome = try place.keep(
            tree: tree, baseline: place.baseline.id, name: name, message: message, force: force)
        let console = Console()
        guard json else { return console.out.line(ExperimentText.line(outcome)).done }
        console.out.json(outcome.fields)
    }
}

extension Bool {
    /// Whether anybody reads it or not.
    fileprivate var done: Void {}
}
