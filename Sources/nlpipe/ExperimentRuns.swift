import Engine
import Foundation
import History
import ParamValues
import Pipelines
import Synchronization

/// Runs experiments in copies of the project, one beside the other.
struct ExperimentRuns {
    let place: ExperimentPlace
    let jobs: Int
    let quiet: Bool
    let verbose: Bool
    let json: Bool

    /// How one ended.
    enum Ending: Sendable {
        case kept(ExperimentStore.Outcome)
        case failed(String)
        case interrupted
        /// Another process has it.
        case elsewhere
    }

    /// Runs what waits in the queue, all of it unless names are given; what failed is set aside, what
    /// was interrupted stays.
    func runQueue(only names: Set<String>? = nil) async throws {
        Signals.catchInterrupts()
        ExperimentCopy.sweep(place)
        let queue = ExperimentQueue(root: place.root)
        let entries = try queue.entries().filter {
            !$0.hasFailed && names?.contains($0.order.name) ?? true
        }
        let console = Console()
        if entries.isEmpty, !json { console.out.line("no experiment is waiting") }
        var failed: [String] = []
        var rest = entries[...]
        try await withThrowingTaskGroup(of: (ExperimentQueue.Entry, Ending).self) { group in
            func start() {
                guard !Signals.isStopRequested(), let entry = rest.popFirst() else { return }
                group.addTask { (entry, await run(entry)) }
            }
            // What all of them need is made once.
            var isAlone = jobs > 1 && entries.count > 1 && sharesWork
            for _ in 0..<(isAlone ? 1 : jobs) { start() }
            while let (entry, ending) = try await group.next() {
                switch ending {
                case .kept: try queue.remove([entry])
                case .failed:
                    failed.append("'\(entry.order.name)'")
                    try queue.setAside(entry)
                case .interrupted, .elsewhere: break
                }
                tell(entry.order.name, ending, console)
                start()
                if isAlone { for _ in 1..<jobs { start() } }
                isAlone = false
            }
        }
        if Signals.isStopRequested() { throw CancellationError() }
        guard failed.isEmpty else {
            throw Incomplete(
                message: "failed: \(failed.joined(separator: ", "))\n"
                    + "hint: 'nlpipe exp show' lists them, 'nlpipe exp remove' takes them away")
        }
    }

    /// Whether the first experiment is likely to make what the others need too: where more than one
    /// stage of the working folder would run.
    private var sharesWork: Bool {
        guard let opened = try? OpenProject(at: place.root),
            let stages = try? opened.stages([]),
            let planned = try? Planner(project: opened.project).plan(RunRequest(stages: stages))
        else { return true }
        let toDo = planned.count { stage in
            switch stage.prospect {
            case .run, .undecided: true
            case .upToDate, .restore: false
            }
        }
        return toDo > 1
    }

    private func tell(_ name: String, _ ending: Ending, _ console: Console) {
        if json {
            var facts: [String: ParamValue] = ["event": .string("experiment")]
            facts["name"] = .string(name)
            switch ending {
            case .kept(.made(let experiment)):
                facts["outcome"] = .string("kept")
                facts["rev"] = .string(experiment.id)
            case .kept(.known(let experiment)):
                facts["outcome"] = .string("known")
                facts["as"] = .string(experiment.name)
                facts["rev"] = .string(experiment.id)
            case .failed(let message):
                facts["outcome"] = .string("failed")
                facts["message"] = .string(message)
            case .interrupted: facts["outcome"] = .string("interrupted")
            case .elsewhere: facts["outcome"] = .string("elsewhere")
            }
            console.out.line(ParamValue.object(facts).canonicalText)
            return
        }
        switch ending {
        case .kept(let outcome):
            if !quiet { console.out.line("\(name): \(ExperimentText.line(outcome))") }
        case .failed(let message):
            console.error.line("\(console.error.styled("error:", .red)) \(name): \(message)")
        case .interrupted: console.error.line("\(name): interrupted; it stays in the queue")
        case .elsewhere: if !quiet { console.out.line("\(name): another process runs it") }
        }
    }

    /// Runs one entry of the queue.
    private func run(_ entry: ExperimentQueue.Entry) async -> Ending {
        let tail = OutputTail()
        do {
            let copy = try ExperimentCopy(
                entry.order.name, tree: entry.tree, baseline: entry.baseline, of: place)
            guard let copy else { return .elsewhere }
            defer { copy.remove() }
            // Another process may have been faster.
            let present = try ExperimentQueue(root: place.root).entries()
            guard present.contains(where: { $0.id == entry.id && !$0.hasFailed }) else {
                return .elsewhere
            }
            return .kept(try await run(entry, in: copy, tail))
        } catch is CancellationError {
            return .interrupted
        } catch {
            let said = tail.text.isEmpty ? "" : "\n" + tail.text
            return .failed("\(Failure.words(error))\(said)")
        }
    }

    private func run(
        _ entry: ExperimentQueue.Entry, in copy: ExperimentCopy, _ tail: OutputTail
    ) async throws -> ExperimentStore.Outcome {
        let order = entry.order
        let opened = try copy.open()
        try copy.fill(opened, copying: order.copies)
        let flags = try RunFlags.parse(order.arguments)
        var request = try flags.request(for: opened, configuredAt: place.root)
        if jobs > 1 { request.jobs = 1 }
        let limits = MachineLimits.current
        let threads = max(1, (flags.threads ?? limits.threads) / jobs)
        let recorder = RunRecorder(
            opened, stages: request.stages.map(\.name), threads: threads, experiment: order.name,
            history: place.history)
        let outs = CachedOuts(root: opened.root) { _ in }
        let scheduler = Scheduler(
            project: opened.project, threads: threads, memory: limits.memory / jobs,
            listener: { [quiet, json, verbose, out = Console().out] event in
                recorder.note(event)
                tail.note(event)
                if !quiet, !json { show(event, of: order.name, verbose: verbose, on: out) }
            }, watcher: recorder.watch,
            beforeChange: { stage in try outs.prepare(stage) },
            cancelled: Signals.isStopRequested)
        defer { for warning in recorder.warnings { Console().warn(warning) } }
        do {
            let summary = try await scheduler.run(request)
            let failed = summary.stages(.failed)
            if request.onFailure == .keepGoing, !failed.isEmpty {
                throw Incomplete(message: "failed: \(failed.joined(separator: ", "))")
            }
            recorder.finish()
        } catch {
            recorder.finish(error)
            throw error
        }
        let tree = try ExperimentPlace.snapshot(
            of: opened.pipeline, root: copy.root, layout: place.layout,
            scratch: "\(copy.root)/\(place.layout.home)/tmp/exps")
        return try place.keep(
            tree: tree, baseline: entry.baseline, name: order.name, message: order.message,
            force: flags.force)
    }

    private func show(
        _ event: RunEvent, of name: String, verbose: Bool, on out: Console.Output
    ) {
        switch event {
        case .stageStarted(let stage, let why):
            out.line("\(name): \(stage): runs: \(CauseText.line(why))")
        case .stageFinished(let stage, let trace):
            out.line("\(name): \(stage): done in \(Span.text(trace.facts.duration))")
        case .restored(let stage, _, _): out.line("\(name): \(stage): restored")
        case .skipped(let stage): if verbose { out.line("\(name): \(stage): up to date") }
        case .failed(let stage, _, _, _): out.line("\(name): \(stage): failed")
        default: break
        }
    }
}

/// The last of what the commands of an experiment printed, for the message where one fails.
private final class OutputTail: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private static let most = 4096

    func note(_ event: RunEvent) {
        switch event {
        case .stageStarted: bytes.withLock { $0 = [] }
        case .output(_, let more, _):
            bytes.withLock { bytes in
                bytes.append(contentsOf: more)
                if bytes.count > 2 * Self.most { bytes.removeFirst(bytes.count - Self.most) }
            }
        default: break
        }
    }

    var text: String {
        let text = String(decoding: bytes.withLock { $0.suffix(Self.most) }, as: UTF8.self)
        return text.split(separator: "\n").suffix(20).map { "  | \($0)" }.joined(separator: "\n")
    }
}
