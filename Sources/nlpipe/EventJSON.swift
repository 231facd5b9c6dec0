import Engine
import ParamValues

/// What happens during a run, for programs: one object a line, in the order of the stages.
enum EventJSON {
    /// `{"event", "stage", …}`; durations and pauses in seconds.
    static func text(_ event: RunEvent) -> String {
        var (name, facts) = fields(event)
        facts["event"] = .string(name)
        facts["stage"] = .string(event.stage)
        return ParamValue.object(facts).canonicalText
    }

    private static func fields(_ event: RunEvent) -> (String, [String: ParamValue]) {
        switch event {
        case .stageStarted(_, let why): ("started", facts(why))
        case .progress(_, let fraction, let detail):
            (
                "progress",
                ["fraction": .double(fraction), "detail": .string(detail)]
            )
        case .point(_, let series, let step, let value):
            (
                "point",
                ["series": .string(series), "step": .int(step), "value": .double(value)]
            )
        case .message(_, let text): ("message", ["text": .string(text)])
        case .fact(_, let name, let value):
            ("fact", ["name": .string(name), "value": .string(value)])
        case .output(_, let bytes, let isError):
            (
                "output",
                [
                    "text": .string(String(decoding: bytes, as: UTF8.self)),
                    "stream": .string(isError ? "stderr" : "stdout"),
                ]
            )
        case .stageFinished(_, let trace):
            ("finished", ["duration": .double(trace.facts.duration)])
        case .restored(_, _, let why): ("restored", facts(why))
        case .skipped: ("up_to_date", [:])
        case .failed(_, let message, let status, let duration):
            (
                "failed",
                [
                    "message": .string(message), "duration": .double(duration),
                    "exit_status": status.map { .int(Int($0)) } ?? .null,
                ]
            )
        case .interrupted(_, let duration): ("interrupted", ["duration": .double(duration)])
        case .notRun(_, let after): ("not_run", ["after": .list(after.map(ParamValue.string))])
        case .retrying(_, let attempt, let attempts, let message, let pause):
            (
                "retrying",
                [
                    "attempt": .int(attempt), "attempts": .int(attempts),
                    "message": .string(message), "pause": .double(pause),
                ]
            )
        }
    }

    private static func facts(_ why: Cause) -> [String: ParamValue] {
        var facts: [String: ParamValue] = [
            "reasons": .list(why.reasons.map { .string($0.description) })
        ]
        if let first = why.first { facts["first"] = ExplainText.object(first) }
        if !why.chain.stages.isEmpty {
            facts["because"] = .list(why.chain.stages.map(ParamValue.string))
        }
        return facts
    }
}
