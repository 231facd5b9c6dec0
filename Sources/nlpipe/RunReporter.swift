import Engine
import Synchronization

/// Shows a run as it happens: a line for what is decided and done, and live lines for progress.
final class RunReporter: Sendable {
    private let console: Console
    private let lines: Bool
    private let verbose: Bool
    private let tellsFailures: Bool
    private let progress: Mutex<ProgressLine>
    private let started = ContinuousClock.now
    private let expected: @Sendable () -> [String: Double]
    private let ticker = Mutex<Task<Void, Never>?>(nil)

    /// Creates a reporter.
    ///
    /// - Parameters:
    ///   - lines: false to show nothing but failures.
    ///   - verbose: also show the messages of stages that were up to date.
    ///   - tellsFailures: whether to show why a stage failed, where that does not end the run.
    ///   - expected: how long stages took when they last ran, in seconds; asked for only where there
    ///     are live lines to show it in.
    init(
        console: Console, lines: Bool, verbose: Bool, tellsFailures: Bool = false,
        expected: @escaping @Sendable () -> [String: Double] = { [:] }
    ) {
        self.expected = expected
        self.console = console
        self.lines = lines
        self.verbose = verbose
        self.tellsFailures = tellsFailures
        progress = Mutex(ProgressLine(output: console.error))
    }

    /// Notes an event at the time it happens, for the live lines.
    func watch(_ event: RunEvent) {
        guard lines else { return }
        progress.withLock { progress in
            switch event {
            case .stageStarted(let stage, _):
                if console.error.isTerminal { tick(&progress) }
                progress.start(stage)
            case .progress(let stage, let fraction, let detail):
                progress.update(stage, fraction: fraction, detail: detail)
            case .stageFinished(let stage, _), .failed(let stage, _, _, _),
                .interrupted(let stage, _):
                progress.end(stage)
            case .point, .message, .fact, .output, .restored, .skipped, .notRun, .retrying: break
            }
        }
    }

    /// Shows an event when its stage has its turn.
    func show(_ event: RunEvent) {
        if case .failed(_, let message, _, _) = event, tellsFailures {
            printing { console.error.line("\(console.error.styled("error:", .red)) \(message)") }
        }
        guard lines else { return }
        switch event {
        case .stageStarted(let stage, let why): say(stage, "runs: \(CauseText.line(why))", .bold)
        case .progress(let stage, let fraction, _):
            progress.withLock { $0.printTenth(stage, fraction: fraction) }
        case .point: break
        case .fact(let stage, let name, let value):
            guard verbose else { break }
            printing { console.error.line("\(stage): \(name): \(value)") }
        case .message(let stage, let text):
            printing { console.error.line("\(stage): \(text)") }
        case .output(_, let bytes, let isError):
            progress.withLock { progress in
                progress.makeWay(for: bytes)
                (isError ? console.error : console.out).write(bytes)
                progress.draw(atOnce: false)
            }
        case .retrying(let stage, let attempt, let attempts, let message, let pause):
            let again = "again in \(Span.text(pause))"
            say(stage, "attempt \(attempt) of \(attempts) failed, \(again): \(message)", .yellow)
        case .stageFinished(let stage, let trace):
            let arithmetic = trace.facts.stated["arithmetic"].map { ", \($0)" } ?? ""
            say(stage, "done in \(Span.text(trace.facts.duration))\(arithmetic)", .green)
        case .restored(let stage, let trace, let why):
            let origin = trace.facts.started > 0 ? " (\(RunText.time(trace.facts)))" : ""
            say(stage, "restored from the run cache\(origin): \(CauseText.line(why))", .green)
        case .skipped(let stage): printing { console.out.line(unchanged(stage)) }
        case .failed(let stage, _, _, _): say(stage, "failed", .red)
        case .interrupted: break
        case .notRun(let stage, let after):
            say(stage, "not run: \(after.joined(separator: ", ")) failed", .yellow)
        }
    }

    /// Shows something that happened beside the stages.
    func note(_ text: String, quiet: Bool) {
        guard !quiet else { return }
        progress.withLock { $0.clear() }
        console.error.line(text)
    }

    /// Shows the line at the end.
    func finish(_ summary: RunSummary) {
        clearProgress()
        guard lines else { return }
        let ran = summary.stages(.ran).count
        guard summary.items.count > summary.stages(.upToDate).count else {
            console.out.line(RunReporter.allUpToDate)
            return
        }
        let parts = [
            (ran, "ran"), (summary.stages(.restored).count, "restored"),
            (summary.stages(.upToDate).count, "up to date"),
            (summary.stages(.failed).count, "failed"), (summary.stages(.notRun).count, "not run"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        // Not the sum over the stages: some ran side by side.
        let total = Span.seconds(started.duration(to: .now))
        console.out.line(ran > 0 ? "\(words) in \(Span.text(total))" : words)
    }

    /// All that is printed about a run in which nothing was made or restored.
    func text(ofUnchanged summary: RunSummary) -> String {
        guard lines else { return "" }
        return (summary.items.map { unchanged($0.stage) } + [RunReporter.allUpToDate])
            .map { $0 + "\n" }.joined()
    }

    private func unchanged(_ stage: String) -> String {
        "\(stage): \(console.out.styled("up to date", .dim))"
    }

    private static let allUpToDate = "everything is up to date"

    /// Takes the live lines away.
    func clearProgress() {
        ticker.withLock {
            $0?.cancel()
            $0 = nil
        }
        progress.withLock { $0.clear() }
    }

    /// Time goes on where nothing happens: the live lines are drawn once a second.
    private func tick(_ progress: inout ProgressLine) {
        ticker.withLock { ticker in
            guard ticker == nil else { return }
            progress.expected = expected()
            ticker = Task.detached { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    guard !Task.isCancelled, let self else { return }
                    self.progress.withLock { $0.draw(atOnce: false) }
                }
            }
        }
    }

    private func say(_ stage: String, _ text: String, _ style: Console.Style) {
        printing { console.out.line("\(stage): \(console.out.styled(text, style))") }
    }

    /// Prints above the live lines.
    private func printing(_ body: () -> Void) {
        progress.withLock { progress in
            progress.makeWayForLine()
            body()
            progress.draw(atOnce: true)
        }
    }
}
