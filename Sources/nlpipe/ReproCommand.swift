import ArgumentParser
import ContentStore
import Engine
import Foundation
import History
import Pipelines

struct ReproCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repro", abstract: "Brings stages up to date, running only what has to run.",
        discussion: """
            A target is a stage, a group of stages, or a path that a stage makes; without one, all
            stages are brought up to date. What was computed before comes from the cache. With -j
            stages that do not need each other run side by side; what they make, the lock and the
            order of the lines stay the same.

            EXAMPLES
              nlpipe repro
              nlpipe repro evaluate            this stage and what it needs
              nlpipe repro -s evaluate         this stage only
              nlpipe repro --downstream train  this stage and what follows it
              nlpipe repro -j 4 -k             four at a time, going on after failures
              nlpipe repro --dry --exit-code   what would happen, and why; 1 if anything would
              nlpipe repro -f --threads 1      everything again, on one thread
            """)

    @OptionGroup var selection: ReproTargets
    @Flag(name: .shortAndLong, help: "Run even what is up to date, without the run cache.")
    var force = false
    @Flag(help: "Run whatever follows a stage that changed, without the run cache.")
    var forceDownstream = false
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: "Stages that may run side by side; by default as many as their 'resources' allow.")
    var jobs: Int?
    @Flag(
        name: .shortAndLong, help: "After a failure leave out only what depends on it; exit with 1."
    )
    var keepGoing = false
    @Flag(help: "After a failure run everything else too; exit with 0.")
    var ignoreErrors = false
    @Flag(help: "Run what is out of date, unless the lock itself knows the result.")
    var noRunCache = false
    @Flag(help: "Do not put what is made into the cache; 'nlpipe commit' does it later.")
    var noCommit = false
    @Flag(help: "Get from the default remote what it knows of results that are not here.")
    var pull = false
    @Flag(help: "Take for up to date what only misses data that is on record.")
    var allowMissing = false
    @Flag(name: .shortAndLong, help: "Ask before each stage.")
    var interactive = false
    @Flag(help: "Say what would happen; do nothing.")
    var dry = false
    @Flag(help: "With --dry: exit with 1 if anything would run or be restored.")
    var exitCode = false
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
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        for (name, value) in [("--threads", threads), ("--jobs", jobs)] {
            guard let value, !(1...1024).contains(value) else { continue }
            throw ValidationError("'\(name)' is \(value); expected 1 to 1024")
        }
        if keepGoing && ignoreErrors {
            throw ValidationError("'--keep-going' and '--ignore-errors' exclude each other")
        }
        if exitCode && !dry { throw ValidationError("'--exit-code' goes with '--dry'") }
    }

    func run() async throws {
        let opened = try OpenProject(global)
        let request = try request(for: opened)
        if dry { return try plan(request, of: opened) }
        try ProjectFolder.ensure(in: opened.root)
        Signals.catchInterrupts()
        let reporter = RunReporter(
            console: Console(), lines: !quiet && !json, verbose: verbose,
            tellsFailures: request.onFailure != .stop,
            expected: { [file = RunRecorder.file(of: opened)] in
                HistoryDatabase.lastDurations(in: file)
            })
        try ImportSources(opened: opened).bringChanged(request.stages) { [quiet, json] name in
            if !quiet, !json { Console().out.line("\(name): brought anew") }
        }
        let limits = MachineLimits.current
        let threads = threads ?? limits.threads
        let recorder = RunRecorder(opened, threads: threads)
        let outs = CachedOuts(root: opened.root) { [quiet] in reporter.note($0, quiet: quiet) }
        let scheduler = Scheduler(
            project: opened.project, threads: threads, memory: limits.memory,
            listener: { [json, output = Console().out] event in
                recorder.note(event)
                reporter.show(event)
                if json { output.line(EventJSON.text(event)) }
            }, watcher: reporter.watch,
            beforeChange: { [interactive] stage in
                if interactive { try Confirmation.ask(before: stage, clearing: reporter) }
                try outs.prepare(stage)
            }, cancelled: Signals.isStopRequested)
        defer { for warning in recorder.warnings { Console().warn(warning) } }
        let summary: RunSummary
        do { summary = try await scheduler.run(request) } catch {
            reporter.clearProgress()
            recorder.finish(error)
            throw error
        }
        reporter.finish(summary)
        let failed = keepGoing ? summary.stages(.failed) : []
        let error = failed.isEmpty ? nil : Incomplete(message: Self.words(for: failed))
        recorder.finish(error)
        if json { Console().out.line(ReproJSON.text(summary)) }
        if let error { throw error }
        // What was run, restored or timed is told once.
        guard summary.items.count == summary.stages(.upToDate).count, !json, !verbose, !interactive
        else { return }
        Question()?.keep(reporter.text(ofUnchanged: summary), of: opened)
    }

    private func request(for opened: OpenProject) throws -> RunRequest {
        var request = RunRequest(
            stages: try selection.stages(of: opened), force: force, wait: wait)
        // A question cannot be answered for two stages at once.
        request.jobs = interactive ? 1 : jobs
        request.onFailure = keepGoing ? .keepGoing : ignoreErrors ? .ignore : .stop
        request.forceDownstream = forceDownstream
        request.usesRunCache = !noRunCache
        request.keepsOuts = !noCommit
        request.allowsMissing = allowMissing
        if pull, !dry {
            let found = try ConfigFiles(root: opened.root, layout: opened.project.layout).read()
                .remote(nil)
            var options = ObjectTransfer.Options()
            options.cancelled = Signals.isStopRequested
            request.pull = Fetch(
                project: opened.project,
                remote: Remote(found, root: opened.root, layout: opened.project.layout),
                options: options)
        }
        return request
    }

    private static func words(for failed: [String]) -> String {
        let names = failed.map { "'\($0)'" }.joined(separator: ", ")
        return failed.count == 1 ? "stage \(names) failed" : "stages \(names) failed"
    }

    private func plan(_ request: RunRequest, of opened: OpenProject) throws {
        let console = Console()
        let planned = try Planner(project: opened.project).plan(request)
        let isUpToDate = planned.allSatisfy { $0.prospect == .upToDate }
        var lines = json ? [PlanText.json(planned)] : []
        if !json, !quiet {
            lines = planned.filter { verbose || $0.prospect != .upToDate }.map(PlanText.line)
            if isUpToDate { lines.append("everything is up to date") }
        }
        let text = lines.map { $0 + "\n" }.joined()
        console.out.write(text.utf8)
        if exitCode, !isUpToDate { throw Incomplete() }
        Question()?.keep(text, of: opened)
    }
}

/// The question before a stage.
enum Confirmation {
    /// Asks on standard error; anything but yes stops the run.
    static func ask(before stage: Stage, clearing reporter: RunReporter) throws {
        reporter.clearProgress()
        Console().error.write("make '\(stage.name)'? [y/N] ".utf8)
        let answer = readLine()?.lowercased()
        guard answer == "y" || answer == "yes" else { throw CancellationError() }
    }
}
