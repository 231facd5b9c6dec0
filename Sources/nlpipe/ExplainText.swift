import Engine
import Foundation
import History
import ParamValues
import Pipelines

/// Why every stage of a plan would run, be restored, or stay as it is.
struct ExplainText {
    private let planned: [PlannedStage]
    private let graph: Graph
    private let prospects: [String: Prospect]

    init(_ planned: [PlannedStage], graph: Graph) {
        self.planned = planned
        self.graph = graph
        prospects = Dictionary(
            planned.map { ($0.stage, $0.prospect) }, uniquingKeysWith: { first, _ in first })
    }

    /// A line for each stage, and an indented one for each difference, its place first.
    var lines: [String] {
        planned.flatMap { stage in
            var lines = ["\(stage.stage): \(head(stage))"]
            lines += stage.explanations.map { "  \(Self.words($0))" }
            let chain = chain(to: stage.stage)
            if chain.count > 1 { lines.append("  because: \(chain.joined(separator: " → "))") }
            let dragged = dragged(by: stage)
            if !dragged.isEmpty {
                lines.append("  drags along: \(dragged.joined(separator: ", "))")
            }
            return lines
        }
    }

    /// `{"stages": [{"stage", "prospect", "changes": [{"what", "old", "new", "place", "note"}],
    /// "because": chain of stages, "drags": stages, "run": {"started", "duration"}}]}`.
    var json: String {
        let stages = planned.map { stage in
            var entry: [String: ParamValue] = [
                "stage": .string(stage.stage),
                "prospect": .string(PlanText.name(stage.prospect)),
                "changes": .list(stage.explanations.map(Self.object)),
                "because": .list(chain(to: stage.stage).dropLast().map(ParamValue.string)),
                "drags": .list(dragged(by: stage).map(ParamValue.string)),
            ]
            if let run = stage.run {
                entry["run"] = .object([
                    "started": .double(run.started), "duration": .double(run.duration),
                ])
            }
            return ParamValue.object(entry)
        }
        return ParamValue.object(["stages": .list(stages)]).canonicalText
    }

    private func head(_ stage: PlannedStage) -> String {
        let run = stage.run.map { run in
            let time = Date(timeIntervalSince1970: run.started).formatted(.iso8601)
            return "run of \(time), \(Span.text(run.duration))"
        }
        switch stage.prospect {
        case .upToDate: return "up to date" + (run.map { " (\($0))" } ?? "")
        case .restore: return "would be restored" + (run.map { " (\($0))" } ?? "")
        case .run: return "would run"
        case .undecided(let reasons, _):
            return reasons.isEmpty ? "may run, or be cut off early" : "would run or be restored"
        }
    }

    /// From the stage that is certain to change down to `stage`; only `stage` where it waits for none.
    private func chain(to stage: String) -> [String] {
        var chain = [stage]
        while case .undecided(_, let after)? = prospects[chain[0]], let first = after.first {
            chain.insert(first, at: 0)
        }
        return chain
    }

    /// The stages of the plan that a certain change may reach.
    private func dragged(by stage: PlannedStage) -> [String] {
        switch stage.prospect {
        case .upToDate, .undecided: return []
        case .run, .restore: break
        }
        return graph.downstream(of: stage.stage).filter { name in
            prospects[name].map { $0 != .upToDate } ?? false
        }
    }

    /// `params.yaml:3:3: param 'train.lr': 0.1 → 0.2`.
    static func words(_ change: Explanation) -> String {
        var text = change.place.map { "\($0): " } ?? ""
        text += change.subject
        if change.old != nil || change.new != nil {
            text += ": \(cut(change.old)) → \(cut(change.new))"
        }
        return text + (change.note.map { " (\($0))" } ?? "")
    }

    private static func cut(_ value: String?) -> String {
        guard let value else { return "nothing" }
        return value.count > 200 ? "\(value.prefix(200))…" : value
    }

    private static func object(_ change: Explanation) -> ParamValue {
        let fields = [
            "what": change.subject, "old": change.old, "new": change.new,
            "place": change.place?.description, "note": change.note,
        ]
        return .object(fields.compactMapValues { $0.map(ParamValue.string) })
    }
}
