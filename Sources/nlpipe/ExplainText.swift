import Engine
import ParamValues
import Pipelines

/// Why every stage of a plan would run, be restored, or stay as it is.
struct ExplainText {
    private static let shownFollowers = 12

    private let planned: [PlannedStage]
    private let origins: RunOrigins
    /// Stage → the stages of the plan that read what it makes and may change.
    private var followers: [String: [String]] = [:]
    private let positions: [String: Int]

    init(_ planned: [PlannedStage], graph: Graph, origins: RunOrigins) {
        self.planned = planned
        self.origins = origins
        positions = Dictionary(
            planned.enumerated().map { ($1.stage, $0) }, uniquingKeysWith: { first, _ in first })
        let changing = Set(planned.filter { $0.prospect != .upToDate }.map(\.stage))
        for stage in changing {
            followers[stage] = graph.children(of: stage).filter { child in
                changing.contains(child) && graph.stage(named: child)?.frozen == false
            }
        }
    }

    /// A line for each stage, and an indented one for each difference, its place first.
    var lines: [String] {
        planned.flatMap { stage in
            var lines = ["\(stage.stage): \(head(stage))"]
            lines += stage.explanations.map { "  \($0)" }
            if !stage.chain.stages.isEmpty {
                lines.append("  because: \(stage.chain.words) → \(stage.stage)")
            }
            let dragged = dragged(by: stage)
            if !dragged.isEmpty {
                let more = dragged.count - Self.shownFollowers
                lines.append(
                    "  drags along: \(dragged.prefix(Self.shownFollowers).joined(separator: ", "))"
                        + (more > 0 ? ", and \(more) more" : ""))
            }
            return lines
        }
    }

    /// See `docs/formats.md`.
    var json: String {
        let stages = planned.map { stage in
            var entry: [String: ParamValue] = [
                "stage": .string(stage.stage),
                "prospect": .string(PlanText.name(stage.prospect)),
                "changes": .list(stage.explanations.map(Self.object)),
                "because": .list(stage.chain.stages.map(ParamValue.string)),
                "after": .list(PlanText.after(stage.prospect).map(ParamValue.string)),
                "drags": .list(dragged(by: stage).map(ParamValue.string)),
            ]
            if stage.chain.omitted > 0 { entry["omitted"] = .int(stage.chain.omitted) }
            if let run = stage.run { entry["run"] = origins.json(run) }
            return ParamValue.object(entry)
        }
        return ParamValue.object(["stages": .list(stages)]).canonicalText
    }

    private func head(_ stage: PlannedStage) -> String {
        let run = stage.run.map { " (\(origins.words($0)))" } ?? ""
        switch stage.prospect {
        case .upToDate: return "up to date" + run
        case .restore: return "would be restored" + run
        case .run: return "would run"
        case .undecided(let reasons, _):
            return reasons.isEmpty ? "may run, or be cut off early" : "would run or be restored"
        }
    }

    /// The stages of the plan that a certain change may reach, in the order of the plan.
    private func dragged(by stage: PlannedStage) -> [String] {
        switch stage.prospect {
        case .upToDate, .undecided: return []
        case .run, .restore: break
        }
        var found: Set<String> = []
        var open = followers[stage.stage] ?? []
        while let name = open.popLast() {
            if found.insert(name).inserted { open += followers[name] ?? [] }
        }
        return found.sorted { (positions[$0] ?? 0) < (positions[$1] ?? 0) }
    }

    /// A difference as JSON.
    static func object(_ change: Explanation) -> ParamValue {
        let fields = [
            "what": change.subject, "old": change.old, "new": change.new,
            "place": change.place?.description, "note": change.note,
        ]
        return .object(fields.compactMapValues { $0.map(ParamValue.string) })
    }
}
