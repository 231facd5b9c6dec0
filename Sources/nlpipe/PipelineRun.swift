import Engine
import Foundation
import History
import Pipelines

/// A run of stages in the working folder, with all that is shown and recorded of it.
struct PipelineRun {
    let opened: OpenProject
    let request: RunRequest
    let flags: RunFlags
    /// Ask before each stage.
    var interactive = false
    /// The experiment that it is a run of.
    var experiment: String?
    /// The history that it is recorded in, where that is not the project's own.
    var history: String?

    /// Brings the stages up to date and shows how it goes; what failed is thrown.
    ///
    /// - Returns: what became of the stages, and everything that was printed where nothing had to
    ///   be done.
    @discardableResult
    func run() async throws -> (summary: RunSummary, unchanged: String?) {
        try ProjectFolder.ensure(in: opened.root)
        Signals.catchInterrupts()
        let (json, quiet) = (flags.json, flags.quiet)
        let reporter = RunReporter(
            console: Console(), lines: !quiet && !json, verbose: flags.verbose,
            tellsFailures: request.onFailure != .stop,
            expected: { [file = history ?? RunRecorder.file(of: opened)] in
                HistoryDatabase.lastDurations(in: file)
            })
        try ImportSources(opened: opened).bringChanged(request.stages) { name in
            if !quiet, !json { Console().out.line("\(name): brought anew") }
        }
        let limits = MachineLimits.current
        let threads = flags.threads ?? limits.threads
        let recorder = RunRecorder(
            opened, stages: request.stages.map(\.name), threads: threads, experiment: experiment,
            history: history)
        let outs = CachedOuts(root: opened.root) { reporter.note($0, quiet: quiet) }
        let scheduler = Scheduler(
            project: opened.project, threads: threads, memory: limits.memory,
            listener: { [output = Console().out] event in
                recorder.note(event)
                reporter.show(event)
                if json { output.line(EventJSON.text(event)) }
            },
            watcher: { event in
                recorder.watch(event)
                reporter.watch(event)
            },
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
        let failed = request.onFailure == .keepGoing ? summary.stages(.failed) : []
        let error = failed.isEmpty ? nil : Incomplete(message: Self.words(for: failed))
        recorder.finish(error)
        if json { Console().out.line(ReproJSON.text(summary)) }
        if let error { throw error }
        // What was run, restored or timed is told once.
        guard summary.items.count == summary.stages(.upToDate).count, !json, !flags.verbose,
            !interactive
        else { return (summary, nil) }
        return (summary, reporter.text(ofUnchanged: summary))
    }

    private static func words(for failed: [String]) -> String {
        let names = failed.map { "'\($0)'" }.joined(separator: ", ")
        return failed.count == 1 ? "stage \(names) failed" : "stages \(names) failed"
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
