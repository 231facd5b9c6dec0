/// How far the running stages are: a live line for each on a terminal, a line at every tenth
/// elsewhere.
struct ProgressLine {
    /// A stage that runs.
    private struct Running {
        var stage: String
        var started: ContinuousClock.Instant
        var fraction = 0.0
        var detail = ""
    }

    /// How long stages took when they last ran, in seconds.
    var expected: [String: Double] = [:]

    private let output: Console.Output
    private let clock = ContinuousClock()
    private var running: [Running] = []
    private var shown: ContinuousClock.Instant
    private var visibleLines = 0
    /// Whether a stage printed the beginning of a line, whose end may follow.
    private var isMidLine = false
    /// The stage whose tenths are printed where there is no terminal, and how many have been.
    private var tenths = (stage: "", count: 0)

    private static let mostLines = 8

    init(output: Console.Output) {
        self.output = output
        shown = clock.now
    }

    /// A stage begins.
    mutating func start(_ stage: String) {
        running.append(Running(stage: stage, started: clock.now))
        draw(atOnce: true)
    }

    /// A running stage says how far it is.
    mutating func update(_ stage: String, fraction: Double, detail: String) {
        guard fraction.isFinite, let index = running.firstIndex(where: { $0.stage == stage })
        else { return }
        running[index].fraction = min(max(fraction, 0), 1)
        running[index].detail = detail
        draw(atOnce: false)
    }

    /// A stage has ended.
    mutating func end(_ stage: String) {
        clear()
        running.removeAll { $0.stage == stage }
    }

    /// Prints a line for every tenth of the stage whose turn it is; a terminal has live lines.
    mutating func printTenth(_ stage: String, fraction: Double) {
        guard !output.isTerminal, fraction.isFinite,
            let known = running.first(where: { $0.stage == stage })
        else { return }
        if tenths.stage != stage { tenths = (stage, 0) }
        let count = Int(min(max(fraction, 0), 1) * 10)
        guard count > tenths.count else { return }
        tenths.count = count
        output.line(text(of: known))
    }

    /// Shows the live lines where they can be shown; ten times a second are enough for an eye.
    mutating func draw(atOnce: Bool) {
        let now = clock.now
        guard output.isTerminal, !isMidLine, !running.isEmpty,
            atOnce || shown.duration(to: now) > .milliseconds(100)
        else { return }
        clear()
        shown = now
        let lines = running.prefix(Self.mostLines).map {
            String(text(of: $0).prefix(max(10, output.width - 1)))
        }
        visibleLines = lines.count
        output.write(lines.joined(separator: "\n").utf8)
    }

    /// A stage is going to print `bytes`; live lines stay away from the rest of a line.
    mutating func makeWay(for bytes: [UInt8]) {
        clear()
        isMidLine = bytes.last != UInt8(ascii: "\n")
    }

    /// A whole line is going to be printed.
    mutating func makeWayForLine() {
        clear()
        isMidLine = false
    }

    /// Takes the live lines away.
    mutating func clear() {
        guard visibleLines > 0 else { return }
        let up = String(repeating: "\u{1B}[1A\u{1B}[2K", count: visibleLines - 1)
        visibleLines = 0
        output.write("\r\u{1B}[2K\(up)".utf8)
    }

    private func text(of stage: Running) -> String {
        let elapsed = Span.seconds(stage.started.duration(to: clock.now))
        return stage.fraction > 0
            ? Self.text(
                stage.stage, fraction: stage.fraction, elapsed: elapsed, detail: stage.detail)
            : "\(stage.stage): \(Self.text(elapsed: elapsed, expected: expected[stage.stage]))"
    }

    /// `running, 1:10 left` going by the run before; `running for 1:10` once that says nothing.
    static func text(elapsed: Double, expected: Double?) -> String {
        if let expected, expected >= 1, expected > elapsed {
            return "running, \(Span.text((expected - elapsed).rounded(.up))) left"
        }
        return elapsed < 1 ? "running" : "running for \(Span.text(elapsed.rounded(.down)))"
    }

    /// `distill: 42%, 1:10 left, epoch 2 of 5`.
    static func text(
        _ stage: String, fraction: Double, elapsed: Double, detail: String
    ) -> String {
        var parts = ["\(Int(fraction * 100))%"]
        if fraction > 0.01, fraction < 1, elapsed > 1 {
            parts.append("\(Span.text(elapsed / fraction - elapsed)) left")
        }
        if !detail.isEmpty { parts.append(detail) }
        return "\(stage): " + parts.joined(separator: ", ")
    }
}

/// Durations in words.
enum Span {
    /// `40 ms`, `2.4 s`, `12 s`, `3:05`, `1:02:03`.
    static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 9.95 {
            let tenths = Int((seconds * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) s"
        }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        let rest = padded(whole % 60)
        return hours > 0 ? "\(hours):\(padded(minutes)):\(rest)" : "\(minutes):\(rest)"
    }

    /// A duration in seconds.
    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
