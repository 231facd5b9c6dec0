import Engine
import History
import ParamValues
import Pipelines

/// What would happen to stages, in words.
enum PlanText {
    /// One stage on one line.
    static func line(_ planned: PlannedStage) -> String {
        "\(planned.stage): \(words(planned.prospect))"
    }

    /// `{"stages": [{"stage", "prospect", "reasons", "after", "because"}]}`; see `docs/formats.md`.
    static func json(_ planned: [PlannedStage]) -> String {
        let stages = planned.map { stage in
            ParamValue.object([
                "stage": .string(stage.stage), "prospect": .string(name(stage.prospect)),
                "reasons": .list(stage.prospect.reasons.map { .string($0.description) }),
                "after": .list(after(stage.prospect).map(ParamValue.string)),
                "because": .list(stage.chain.stages.map(ParamValue.string)),
            ])
        }
        return ParamValue.object(["stages": .list(stages)]).canonicalText
    }

    /// The reasons of a verdict on one line.
    static func words(_ reasons: [RunReason]) -> String {
        reasons.map(\.description).joined(separator: "; ")
    }

    private static func words(_ prospect: Prospect) -> String {
        switch prospect {
        case .upToDate: "up to date"
        case .restore(let reasons): "would be restored from the run cache: \(words(reasons))"
        case .run(let reasons): "would run: \(words(reasons))"
        case .undecided(let reasons, let after) where reasons.isEmpty:
            "may run, or be cut off early (depends on \(after.joined(separator: ", ")))"
        case .undecided(let reasons, let after):
            "would run or be restored: \(words(reasons)) (depends on \(after.joined(separator: ", ")))"
        }
    }

    /// The prospect's name in JSON.
    static func name(_ prospect: Prospect) -> String {
        switch prospect {
        case .upToDate: "upToDate"
        case .restore: "restore"
        case .run: "run"
        case .undecided: "undecided"
        }
    }

    /// The stages whose coming results a prospect depends on.
    static func after(_ prospect: Prospect) -> [String] {
        if case .undecided(_, let after) = prospect { after } else { [] }
    }
}

/// What a run did, for programs.
enum ReproJSON {
    /// `{"event": "end", "stages": [{"stage", "outcome", "reasons", "duration"}]}`; duration in seconds.
    static func text(_ summary: RunSummary) -> String {
        let items = summary.items.map { item in
            var entry: [String: ParamValue] = [
                "stage": .string(item.stage), "outcome": .string(item.outcome.rawValue),
                "reasons": .list(item.reasons.map { .string($0.description) }),
            ]
            if item.outcome == .ran, let facts = item.trace?.facts {
                entry["duration"] = .double(facts.duration)
            }
            return ParamValue.object(entry)
        }
        return ParamValue.object(["event": .string("end"), "stages": .list(items)]).canonicalText
    }
}
