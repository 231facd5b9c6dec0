import Engine
import Foundation
import History
import ParamValues

/// When earlier runs were made, and at which commit as far as the history of this clone knows.
struct RunOrigins {
    /// Fingerprint → the newest run in which a stage with it was executed.
    private let runs: [String: Run]

    /// Asks the history of the project at `root` for the origins of `planned`; what is wrong with
    /// the history only leaves the commits out.
    init(_ planned: [PlannedStage], root: String) {
        let database = "\(root)/.nlpipe/history.sqlite"
        let wanted = planned.compactMap { $0.run?.fingerprint.hex }
        guard !wanted.isEmpty, FileManager.default.fileExists(atPath: database),
            let history = try? HistoryDatabase(path: database)
        else {
            runs = [:]
            return
        }
        runs = (try? history.executions(of: Set(wanted))) ?? [:]
    }

    /// `run of 2026-01-02T03:04:05Z, 1.2 s, commit 0123456789ab with edits`.
    func words(_ origin: PlannedStage.Origin) -> String {
        var text = RunText.time(origin.facts)
        if let run = runs[origin.fingerprint.hex], let commit = run.commit {
            text += ", commit \(commit.prefix(12))\(run.dirty ? " with edits" : "")"
        }
        return text
    }

    /// `{"started", "duration", "commit", "dirty"}`, the last two where they are known.
    func json(_ origin: PlannedStage.Origin) -> ParamValue {
        var fields: [String: ParamValue] = [
            "started": .double(origin.facts.started), "duration": .double(origin.facts.duration),
        ]
        if let run = runs[origin.fingerprint.hex], let commit = run.commit {
            fields["commit"] = .string(commit)
            fields["dirty"] = .bool(run.dirty)
        }
        return ParamValue.object(fields)
    }
}

/// An earlier run in words.
enum RunText {
    /// `run of 2026-01-02T03:04:05Z, 1.2 s`.
    static func time(_ facts: RunFacts) -> String {
        let time = Date(timeIntervalSince1970: facts.started).formatted(.iso8601)
        return "run of \(time), \(Span.text(facts.duration))"
    }
}
