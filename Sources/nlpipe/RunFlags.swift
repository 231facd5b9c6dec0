import ArgumentParser
import ContentStore
import Engine
import Pipelines

/// How stages are run: what `repro` and `exp run` have in common.
struct RunFlags: ParsableArguments {
    @OptionGroup var selection: ReproTargets
    @Flag(name: .shortAndLong, help: "Run even what is up to date, without the run cache.")
    var force = false
    @Flag(help: "Run whatever follows a stage that changed, without the run cache.")
    var forceDownstream = false
    @Flag(
        name: .shortAndLong, help: "After a failure leave out only what depends on it; exit with 1."
    )
    var keepGoing = false
    @Flag(help: "After a failure run everything else too; exit with 0.")
    var ignoreErrors = false
    @Flag(help: "Run what is out of date, unless the lock itself knows the result.")
    var noRunCache = false
    @Flag(help: "Get from the default remote what it knows of results that are not here.")
    var pull = false
    @Flag(help: "Take for up to date what only misses data that is on record.")
    var allowMissing = false
    @Flag(help: "Wait while another process works on the project.")
    var wait = false
    @Option(help: "Threads that stages may keep busy; results do not depend on it.")
    var threads: Int?
    @Flag(help: "Print one JSON object a line: events, then what became of all stages.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Also say how long everything took.")
    var verbose = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("'--threads' is \(threads); expected 1 to 1024")
        }
        if keepGoing && ignoreErrors {
            throw ValidationError("'--keep-going' and '--ignore-errors' exclude each other")
        }
    }

    /// The command line that says the same.
    var arguments: [String] {
        let words = [
            (selection.single, "--single-item"), (selection.pipeline, "--pipeline"),
            (selection.all, "--all-pipelines"), (selection.recursive, "--recursive"),
            (selection.downstream, "--downstream"), (selection.glob, "--glob"), (force, "--force"),
            (forceDownstream, "--force-downstream"), (keepGoing, "--keep-going"),
            (ignoreErrors, "--ignore-errors"), (noRunCache, "--no-run-cache"), (pull, "--pull"),
            (allowMissing, "--allow-missing"), (wait, "--wait"), (json, "--json"),
            (quiet, "--quiet"), (verbose, "--verbose"),
        ].filter(\.0).map(\.1)
        return words + (threads.map { ["--threads", "\($0)"] } ?? []) + ["--"] + selection.targets
    }

    /// What is asked for of a project; nothing is asked of a remote where nothing is to be done.
    ///
    /// - Parameter root: the project whose configuration names the remote; its own unless given.
    func request(
        for opened: OpenProject, dry: Bool = false, configuredAt root: String? = nil
    ) throws -> RunRequest {
        var request = RunRequest(
            stages: try selection.stages(of: opened), force: force, wait: wait)
        request.onFailure = keepGoing ? .keepGoing : ignoreErrors ? .ignore : .stop
        request.forceDownstream = forceDownstream
        request.usesRunCache = !noRunCache
        request.allowsMissing = allowMissing
        if pull, !dry {
            let root = root ?? opened.root
            let found = try ConfigFiles(root: root, layout: opened.project.layout).read()
                .remote(nil)
            var options = ObjectTransfer.Options()
            options.cancelled = Signals.isStopRequested
            request.pull = Fetch(
                project: opened.project,
                remote: Remote(found, root: root, layout: opened.project.layout),
                options: options)
        }
        return request
    }
}
