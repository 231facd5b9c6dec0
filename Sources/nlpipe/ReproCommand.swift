import ArgumentParser
import Engine
import Foundation
import Pipelines

struct ReproCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repro", abstract: "Brings stages up to date, running only what has to run.",
        discussion: """
            A target is a stage, a group of stages, or a path that a stage makes; without one, all
            stages are brought up to date. What was computed before comes from the cache.

            EXAMPLES
              nlpipe repro
              nlpipe repro evaluate            this stage and what it needs
              nlpipe repro -s evaluate         this stage only
              nlpipe repro --dry               what would happen, and why
              nlpipe repro -f --threads 1      everything again, on one thread
            """)

    @Argument(help: "Stages, groups, or paths that stages make.")
    var targets: [String] = []
    @Flag(name: .shortAndLong, help: "Run even what is up to date, without the run cache.")
    var force = false
    @Flag(name: [.short, .customLong("single-item")], help: "Only the targets, nothing upstream.")
    var single = false
    @Flag(help: "Say what would happen; do nothing.")
    var dry = false
    @Flag(help: "Wait while another process works on the project.")
    var wait = false
    @Option(help: "Threads that a stage may keep busy; results do not depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print one JSON object instead of lines.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Also say how long everything took.")
    var verbose = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...1024).contains(threads) else {
            throw ValidationError("'--threads' is \(threads); expected 1 to 1024")
        }
    }

    func run() async throws {
        let opened = try OpenProject(global)
        let request = RunRequest(
            stages: try opened.stages(targets, single: single), force: force, wait: wait)
        if dry { return try plan(request, of: opened) }
        try ProjectFolder.ensure(in: opened.root)
        Signals.catchInterrupts()
        let reporter = RunReporter(console: Console(), lines: !quiet && !json, verbose: verbose)
        let recorder = RunRecorder(opened, threads: threads)
        let outs = CachedOuts(root: opened.root) { [quiet] in reporter.note($0, quiet: quiet) }
        let scheduler = Scheduler(
            project: opened.project, threads: threads,
            listener: { event in
                recorder.note(event)
                reporter.show(event)
            }, beforeChange: outs.prepare, cancelled: Signals.isStopRequested)
        do {
            let summary = try await scheduler.run(request)
            reporter.finish(summary)
            recorder.finish()
            if json { Console().out.line(ReproJSON.text(summary)) }
        } catch {
            reporter.clearProgress()
            recorder.finish(error)
            for warning in recorder.warnings { Console().warn(warning) }
            throw error
        }
        for warning in recorder.warnings { Console().warn(warning) }
    }

    private func plan(_ request: RunRequest, of opened: OpenProject) throws {
        let console = Console()
        let planned = try Planner(project: opened.project).plan(request)
        if json { console.out.line(PlanText.json(planned)) }
        guard !json, !quiet else { return }
        for stage in planned where verbose || stage.prospect != .upToDate {
            console.out.line(PlanText.line(stage))
        }
        if planned.allSatisfy({ $0.prospect == .upToDate }) {
            console.out.line("everything is up to date")
        }
    }
}
