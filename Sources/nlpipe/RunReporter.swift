import Engine
import Synchronization

/// Shows a run as it happens: a line for what is decided and done, and a live line for progress.
final class RunReporter: Sendable {
    private let console: Console
    private let lines: Bool
    private let verbose: Bool
    private let progress: Mutex<ProgressLine>

    /// Creates a reporter.
    ///
    /// - Parameters:
    ///   - lines: false to show nothing.
    ///   - verbose: also show the messages of stages that were up to date.
    init(console: Console, lines: Bool, verbose: Bool) {
        self.console = console
        self.lines = lines
        self.verbose = verbose
        progress = Mutex(ProgressLine(output: console.error))
    }

    /// Shows one event.
    func show(_ event: RunEvent) {
        guard lines else { return }
        switch event {
        case .stageStarted(let stage, let reasons):
            say(stage, "runs: \(PlanText.words(reasons))", .bold)
            progress.withLock { $0.start(stage) }
        case .progress(let stage, let fraction, let detail):
            progress.withLock { $0.update(stage, fraction: fraction, detail: detail) }
        case .point: break
        case .fact(let stage, let name, let value):
            guard verbose else { break }
            progress.withLock { $0.clear() }
            console.error.line("\(stage): \(name): \(value)")
        case .message(let stage, let text):
            progress.withLock { $0.clear() }
            console.error.line("\(stage): \(text)")
        case .output(_, let bytes, let isError):
            progress.withLock { $0.clear() }
            (isError ? console.error : console.out).write(bytes)
        case .stageFinished(let stage, let trace):
            let arithmetic = trace.facts.stated["arithmetic"].map { ", \($0)" } ?? ""
            say(stage, "done in \(Span.text(trace.facts.duration))\(arithmetic)", .green)
        case .restored(let stage, _, let reasons):
            say(stage, "restored from the run cache: \(PlanText.words(reasons))", .green)
        case .skipped(let stage): say(stage, "up to date", .dim)
        case .failed(let stage, _): say(stage, "failed", .red)
        }
    }

    /// Shows something that happened beside the stages.
    func note(_ text: String, quiet: Bool) {
        guard !quiet else { return }
        clearProgress()
        console.error.line(text)
    }

    /// Shows the line at the end.
    func finish(_ summary: RunSummary) {
        clearProgress()
        guard lines else { return }
        let ran = summary.stages(.ran).count
        let restored = summary.stages(.restored).count
        guard ran + restored > 0 else {
            console.out.line("everything is up to date")
            return
        }
        let parts = [
            (ran, "ran"), (restored, "restored"), (summary.stages(.upToDate).count, "up to date"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let total = summary.items.filter { $0.outcome == .ran }
            .reduce(0) { $0 + ($1.trace?.facts.duration ?? 0) }
        console.out.line(ran > 0 ? "\(words) in \(Span.text(total))" : words)
    }

    /// Takes the live line away.
    func clearProgress() { progress.withLock { $0.clear() } }

    private func say(_ stage: String, _ text: String, _ style: Console.Style) {
        progress.withLock { $0.clear() }
        console.out.line("\(stage): \(console.out.styled(text, style))")
    }
}
