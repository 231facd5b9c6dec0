/// How far the running stage is: one live line on a terminal, a line at every tenth elsewhere.
struct ProgressLine {
    private let output: Console.Output
    private let clock = ContinuousClock()
    private var stage = ""
    private var started: ContinuousClock.Instant
    private var shown: ContinuousClock.Instant
    private var tenth = 0
    private var isVisible = false

    init(output: Console.Output) {
        self.output = output
        started = clock.now
        shown = clock.now
    }

    /// A stage begins.
    mutating func start(_ stage: String) {
        self.stage = stage
        started = clock.now
        shown = started
        tenth = 0
    }

    /// The running stage says how far it is.
    mutating func update(_ stage: String, fraction: Double, detail: String) {
        guard fraction.isFinite, stage == self.stage else { return }
        let fraction = min(max(fraction, 0), 1)
        let now = clock.now
        let elapsed = Span.seconds(started.duration(to: now))
        let text = Self.text(stage, fraction: fraction, elapsed: elapsed, detail: detail)
        if output.isTerminal {
            // Ten a second are enough for an eye.
            guard shown.duration(to: now) > .milliseconds(100) else { return }
            shown = now
            isVisible = true
            output.write("\r\u{1B}[2K\(String(text.prefix(max(10, output.width - 1))))".utf8)
        } else if Int(fraction * 10) > tenth {
            tenth = Int(fraction * 10)
            output.line(text)
        }
    }

    /// Takes the live line away.
    mutating func clear() {
        guard isVisible else { return }
        isVisible = false
        output.write("\r\u{1B}[2K".utf8)
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
