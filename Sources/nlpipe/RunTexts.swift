import Foundation
import History
import ParamValues

/// Runs as a table and as JSON.
struct RunTexts {
    private let runs: [Run]
    private let places: [Metric.Place]
    private let values: [[Int64: Double]]
    private let tags: [Int64: [String]]
    private let precision: Int

    init(
        _ runs: [Run], places: [Metric.Place], _ database: HistoryDatabase?, precision: Int
    ) throws {
        let ids = runs.compactMap(\.id)
        self.runs = runs
        self.places = places
        self.precision = precision
        values = try places.map { try database?.values(of: $0, runs: ids) ?? [:] }
        var tags: [Int64: [String]] = [:]
        for id in ids { tags[id] = try database?.tags(ofRun: id) }
        self.tags = tags
    }

    var table: TextTable {
        TextTable(
            header: ["Run", "Started", "Commit", "Status", "Tags", "Took"] + places.map(\.key),
            rows: runs.map { run in
                let id = run.id ?? 0
                return [
                    "\(id)", Self.time(run.started), Self.commit(run), run.status.rawValue,
                    (tags[id] ?? []).joined(separator: ","),
                    run.finished.map { Span.text($0 - run.started) } ?? "-",
                ]
                    + values.map {
                        DecimalText.text($0[id].map(ParamValue.double), precision: precision)
                    }
            }, leftColumns: 5)
    }

    /// A list of runs, the newest first.
    var json: String {
        ParamValue.list(
            runs.map { run in
                var fields = Self.fields(run, tags: tags[run.id ?? 0] ?? [])
                var metrics: [String: ParamValue] = [:]
                for (place, values) in zip(places, values) {
                    metrics["\(place.file):\(place.key)"] =
                        values[run.id ?? 0].map(ParamValue.double) ?? .null
                }
                if !places.isEmpty { fields["metrics"] = .object(metrics) }
                return .object(fields)
            }
        ).canonicalText
    }

    static func time(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }

    /// A commit with a mark where the run had edits: its results are not the commit's.
    static func commit(_ run: Run) -> String {
        guard let commit = run.commit else { return "-" }
        return commit.prefix(7) + (run.dirty ? " with edits" : "")
    }

    static func fields(_ run: Run, tags: [String]) -> [String: ParamValue] {
        [
            "run": run.id.map { .int(Int($0)) } ?? .null, "started": .string(time(run.started)),
            "finished": run.finished.map { .string(time($0)) } ?? .null,
            "status": .string(run.status.rawValue),
            "commit": run.commit.map(ParamValue.string) ?? .null, "dirty": .bool(run.dirty),
            "patch": run.patch.map(ParamValue.string) ?? .null,
            "lock": run.lock.map(ParamValue.string) ?? .null,
            "command": .string(run.commandLine), "machine": .string(run.machine),
            "threads": .int(run.threads), "version": .string(run.version), "tags": .texts(tags),
        ]
    }
}

/// One run with all that is on record of it.
struct RunDetails {
    let run: Run
    let tags: [String]
    let stages: [StageRun]
    let metrics: [Metric]

    func text(precision: Int) -> String {
        let facts = [
            ("run", "\(run.id ?? 0)" + (tags.isEmpty ? "" : " (\(tags.joined(separator: ", ")))")),
            ("status", run.status.rawValue), ("started", RunTexts.time(run.started)),
            ("took", run.finished.map { Span.text($0 - run.started) } ?? "-"),
            ("commit", RunTexts.commit(run)), ("patch", run.patch ?? "-"),
            ("command", run.commandLine), ("machine", "\(run.machine), \(run.threads) threads"),
        ].map { $0.0 + String(repeating: " ", count: 9 - $0.0.count) + $0.1 }
        let table = TextTable(
            header: ["Stage", "What", "Took", "Why"],
            rows: stages.map { stage in
                [
                    stage.stage, stage.verdict.rawValue, Span.text(stage.duration),
                    stage.reasons.joined(separator: "; "),
                ]
            }, leftColumns: 4)
        let values = TextTable(
            header: ["File", "Metric", "Value"],
            rows: metrics.map {
                [$0.file, $0.key, DecimalText.text($0.value, precision: precision)]
            }, leftColumns: 2)
        let tables = [table, values].filter { !$0.rows.isEmpty }.map(\.plain)
        return ([facts.joined(separator: "\n")] + tables).joined(separator: "\n\n")
    }

    var json: String {
        var fields = RunTexts.fields(run, tags: tags)
        fields["stages"] = .list(
            stages.map { stage in
                .object([
                    "stage": .string(stage.stage), "outcome": .string(stage.verdict.rawValue),
                    "duration": .double(stage.duration), "reasons": .texts(stage.reasons),
                    "exit_status": stage.exitStatus.map(ParamValue.int) ?? .null,
                    "facts": .object(stage.facts.mapValues(ParamValue.string)),
                ])
            })
        var files: [String: [String: ParamValue]] = [:]
        for metric in metrics {
            files[metric.file, default: [:]][metric.key] = .double(metric.value)
        }
        fields["metrics"] = .object(files.mapValues(ParamValue.object))
        return ParamValue.object(fields).canonicalText
    }
}
