import History
import ParamValues

/// A run as the history has it at one moment.
struct WatchedRun {
    var run: Run
    var stages: [LiveStage]
    /// By stage, series and step.
    var points: [SeriesPoint]

    /// Reads what is known of a run.
    init(_ run: Run, of database: HistoryDatabase) throws {
        self.run = run
        let id = run.id ?? 0
        stages = try database.liveStages(ofRun: id)
        points = try database.points(ofRun: id)
    }

    /// Creates a moment of a run.
    init(_ run: Run, stages: [LiveStage], points: [SeriesPoint]) {
        (self.run, self.stages, self.points) = (run, stages, points)
    }

    /// `run 12` or `run 12, experiment brave-otter`.
    var title: String {
        "run \(run.id ?? 0)" + (run.experiment.map { ", experiment \($0)" } ?? "")
    }

    /// How it looks at the time `now`: a headline, what runs with its series, and what is left.
    ///
    /// - Parameter expected: how long stages took when they last ran, in seconds.
    func lines(at now: Double, expected: [String: Double]) -> [String] {
        var head = "\(title): \(Span.text(max(0, now - run.started).rounded(.down)))"
        if let left = left(at: now, expected: expected) {
            head += ", about \(Span.text(left)) left"
        }
        var lines = [head]
        for stage in stages where stage.state == .running {
            lines.append("  " + Self.line(stage, at: now, expected: expected[stage.stage]))
            lines += series(of: stage.stage).map { "    \($0)" }
        }
        let waiting = stages.count { $0.state == .waiting }
        let done = stages.count { ![.waiting, .running].contains($0.state) }
        lines.append("  \(done) of \(stages.count) stages done, \(waiting) waiting")
        return lines
    }

    /// Seconds to the end, going by the last runs of the stages; nil where one never ran.
    func left(at now: Double, expected: [String: Double]) -> Double? {
        var sum = 0.0
        for stage in stages {
            switch stage.state {
            case .waiting:
                guard let time = expected[stage.stage] else { return nil }
                sum += time
            case .running:
                let elapsed = max(0, now - (stage.started ?? now))
                if let fraction = stage.fraction, fraction > 0.01 {
                    sum += elapsed / fraction - elapsed
                } else if let time = expected[stage.stage] {
                    sum += max(0, time - elapsed)
                } else {
                    return nil
                }
            default: break
            }
        }
        return sum > 0 ? sum : nil
    }

    private static func line(_ stage: LiveStage, at now: Double, expected: Double?) -> String {
        let elapsed = max(0, now - (stage.started ?? now))
        if let fraction = stage.fraction, fraction > 0 {
            return ProgressLine.text(
                stage.stage, fraction: fraction, elapsed: elapsed, detail: stage.detail)
        }
        return "\(stage.stage): \(ProgressLine.text(elapsed: elapsed, expected: expected))"
            + (stage.detail.isEmpty ? "" : ", \(stage.detail)")
    }

    /// `loss 0.213 ▇▅▃▂▁` for every series of a stage.
    func series(of stage: String) -> [String] {
        var values: [(name: String, values: [Double])] = []
        for point in points where point.stage == stage {
            if values.last?.name != point.series { values.append((point.series, [])) }
            values[values.count - 1].values.append(point.value)
        }
        return values.map { series in
            let last = series.values.last.map { DecimalText.text($0, precision: 5) } ?? ""
            return "\(series.name) \(last) \(Sparkline.text(series.values))"
        }
    }
}

/// What is new since the last look, as lines for people and as objects for programs.
struct WatchedChanges {
    private var stages: [String: LiveStage] = [:]
    private var steps: [String: Int] = [:]
    private var known: Set<Int64> = []

    /// One thing that happened.
    struct Change {
        var text: String?
        var json: [String: ParamValue]
    }

    /// Everything about `runs` that was not so before.
    mutating func since(_ runs: [WatchedRun]) -> [Change] {
        runs.flatMap { watched -> [Change] in
            let run = watched.run
            var changes: [Change] = []
            if known.insert(run.id ?? 0).inserted {
                changes.append(
                    Change(
                        text: "\(watched.title): \(run.commandLine)",
                        json: object("run", watched, ["command_line": .string(run.commandLine)])))
            }
            for stage in watched.stages { changes += self.changes(of: stage, in: watched) }
            for point in watched.points {
                let key = "\(run.id ?? 0)/\(point.stage)/\(point.series)"
                guard point.step > steps[key] ?? .min else { continue }
                steps[key] = point.step
                changes.append(
                    Change(
                        text: nil,
                        json: object(
                            "point", watched,
                            [
                                "stage": .string(point.stage), "series": .string(point.series),
                                "step": .int(point.step), "value": .double(point.value),
                            ])))
            }
            if run.status != .running {
                changes.append(
                    Change(
                        text: "\(watched.title): \(run.status.rawValue)",
                        json: object("end", watched, ["status": .string(run.status.rawValue)])))
            }
            return changes
        }
    }

    private mutating func changes(of stage: LiveStage, in watched: WatchedRun) -> [Change] {
        let key = "\(watched.run.id ?? 0)/\(stage.stage)"
        let before = stages.updateValue(stage, forKey: key)
        guard before != stage, before != nil || stage.state != .waiting else { return [] }
        let isSame = before?.state == stage.state
        var facts: [String: ParamValue] = [
            "stage": .string(stage.stage), "state": .string(stage.state.rawValue),
        ]
        if let fraction = stage.fraction { facts["fraction"] = .double(fraction) }
        if !stage.detail.isEmpty { facts["detail"] = .string(stage.detail) }
        if let started = stage.started, let ended = stage.ended {
            facts["duration"] = .double(ended - started)
        }
        let json = object(isSame ? "progress" : "stage", watched, facts)
        // Lines that stay: one for every tenth is enough.
        let tenth = Int((stage.fraction ?? 0) * 10)
        if isSame, tenth <= Int((before?.fraction ?? 0) * 10) { return [Change(json: json)] }
        let prefix = watched.run.experiment.map { "\($0): " } ?? ""
        var text = "\(prefix)\(stage.stage): "
        text += isSame ? "\(tenth * 10)%" : Self.words[stage.state] ?? stage.state.rawValue
        if stage.state == .running, !stage.detail.isEmpty { text += ", \(stage.detail)" }
        if stage.state == .ran {
            text += watched.series(of: stage.stage).map { "\n  \($0)" }.joined()
        }
        return [Change(text: text, json: json)]
    }

    private static let words: [LiveStage.State: String] = [
        .waiting: "waits", .running: "runs", .upToDate: "up to date", .restored: "restored",
        .ran: "done", .failed: "failed", .interrupted: "interrupted", .notRun: "not run",
    ]

    private func object(
        _ event: String, _ watched: WatchedRun, _ facts: [String: ParamValue]
    ) -> [String: ParamValue] {
        var facts = facts
        facts["event"] = .string(event)
        facts["run"] = .int(Int(watched.run.id ?? 0))
        facts["experiment"] = watched.run.experiment.map(ParamValue.string) ?? .null
        return facts
    }
}
