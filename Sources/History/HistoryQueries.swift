import GRDB

extension HistoryDatabase {
    /// All runs, newest first, at most `limit`.
    public func runs(limit: Int = 100) throws -> [Run] {
        try queue.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM run ORDER BY id DESC LIMIT ?", arguments: [limit]
            ).compactMap(Run.init(row:))
        }
    }

    /// The runs that belong to a commit, newest first: those that left the very lock that the commit
    /// holds, and those that started from it without edits.
    ///
    /// - Parameter lock: SHA-256 of `pipeline.lock` in that commit; nil if it has none.
    public func runs(forCommit commit: String, lock: String?) throws -> [Run] {
        try queue.read { database in
            try Row.fetchAll(
                database,
                sql: RunQueries.ofCommit,
                arguments: ["lock": lock, "commit": commit]
            ).compactMap(Run.init(row:))
        }
    }

    /// The stages of a run in the order in which they ended.
    public func stages(ofRun run: Int64) throws -> [StageRun] {
        try queue.read { database in
            try Row.fetchAll(
                database, sql: RunQueries.stages, arguments: [run]
            ).compactMap { row in
                var stage = try StageRun(row: row)
                let facts = try Row.fetchAll(
                    database, sql: "SELECT name, value FROM stage_fact WHERE stage_run = ?",
                    arguments: [try row.decode(Int64.self, forColumn: "id")])
                for fact in facts {
                    stage?.facts[try fact.decode(forColumn: "name")] =
                        try fact.decode(String.self, forColumn: "value")
                }
                return stage
            }
        }
    }

    /// How long every stage took when it last ran to its end, in seconds.
    ///
    /// Nothing where the file at `path` does not exist or cannot be read: no reason to stop.
    public static func lastDurations(in path: String) -> [String: Double] {
        guard let queue = try? reader(path) else { return [:] }
        let rows = try? queue.read { database in
            try Row.fetchAll(
                database,
                sql: RunQueries.lastDurations)
        }
        var durations: [String: Double] = [:]
        for row in rows ?? [] {
            guard let stage = try? row.decode(String.self, forColumn: "stage") else { continue }
            durations[stage] = try? row.decode(Double.self, forColumn: "duration")
        }
        return durations
    }

    static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The newest run in which a stage with each of these fingerprints was executed, by fingerprint.
    public func executions(of fingerprints: Set<String>) throws -> [String: Run] {
        try queue.read { database in
            var found: [String: Run] = [:]
            for fingerprint in fingerprints {
                let newest = try Int64.fetchOne(
                    database, sql: RunQueries.execution, arguments: [fingerprint])
                guard let newest else { continue }
                found[fingerprint] = try Row.fetchOne(
                    database, sql: RunQueries.one, arguments: [newest]
                ).flatMap(Run.init(row:))
            }
            return found
        }
    }

    /// The metrics of a run, by file and key.
    public func metrics(ofRun run: Int64) throws -> [Metric] {
        try queue.read { database in
            try Row.fetchAll(
                database, sql: RunQueries.metrics,
                arguments: [run]
            ).map { row in
                Metric(
                    file: try row.decode(forColumn: "file"), key: try row.decode(forColumn: "key"),
                    value: try row.decode(forColumn: "value"))
            }
        }
    }

    /// The points of a run, by stage, series and step.
    public func points(ofRun run: Int64) throws -> [SeriesPoint] {
        try queue.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM point WHERE run = ? ORDER BY stage, series, step",
                arguments: [run]
            ).map { row in
                SeriesPoint(
                    stage: try row.decode(forColumn: "stage"),
                    series: try row.decode(forColumn: "series"),
                    step: try row.decode(forColumn: "step"),
                    value: try row.decode(forColumn: "value"))
            }
        }
    }
}

extension Run {
    /// Nil for a status that this version does not know.
    init?(row: Row) throws {
        guard let status = Status(rawValue: try row.decode(forColumn: "status")) else { return nil }
        self.init(
            started: try row.decode(forColumn: "started"),
            commit: try row.decode(forColumn: "commit"),
            dirty: try row.decode(forColumn: "dirty"), patch: try row.decode(forColumn: "patch"),
            commandLine: try row.decode(forColumn: "command_line"),
            machine: try row.decode(forColumn: "machine"),
            threads: try row.decode(forColumn: "threads"),
            version: try row.decode(forColumn: "version"))
        id = try row.decode(forColumn: "id")
        finished = try row.decode(forColumn: "finished")
        self.status = status
        lock = try row.decode(forColumn: "lock")
        experiment = try row.decode(forColumn: "experiment")
        process = try row.decode(forColumn: "process")
    }
}

extension StageRun {
    fileprivate init?(row: Row) throws {
        guard let verdict = Verdict(rawValue: try row.decode(forColumn: "verdict")) else {
            return nil
        }
        let reasons: String = try row.decode(forColumn: "reasons")
        self.init(
            stage: try row.decode(forColumn: "stage"), verdict: verdict,
            reasons: reasons.split(separator: "\n").map(String.init),
            fingerprint: try row.decode(forColumn: "fingerprint"),
            duration: try row.decode(forColumn: "duration"),
            exitStatus: try row.decode(forColumn: "exit_status"))
    }
}
