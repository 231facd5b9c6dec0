import GRDB

extension HistoryDatabase {
    /// Records a run that has started and returns its row number.
    ///
    /// A run that is still on record as running and whose process is gone was killed.
    public func start(_ run: Run) throws -> Int64 {
        try queue.write { database in
            try Self.settle(database, machine: run.machine)
            try database.execute(
                sql: """
                    INSERT INTO run (started, status, "commit", dirty, patch, command_line,
                        machine, threads, version, experiment, process)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.started, run.status.rawValue, run.commit, run.dirty, run.patch,
                    run.commandLine, run.machine, run.threads, run.version, run.experiment,
                    run.process,
                ])
            return database.lastInsertedRowID
        }
    }

    /// Records one finished stage of a run together with the points that it reported.
    ///
    /// A point that is reported twice keeps its last value.
    public func record(_ stage: StageRun, points: [SeriesPoint] = [], run: Int64) throws {
        try queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO stage_run (run, stage, verdict, reasons, fingerprint, duration,
                        exit_status) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run, stage.stage, stage.verdict.rawValue,
                    stage.reasons.joined(separator: "\n"), stage.fingerprint, stage.duration,
                    stage.exitStatus,
                ])
            let row = database.lastInsertedRowID
            for (name, value) in stage.facts.sorted(by: { $0.key < $1.key }) {
                try database.execute(
                    sql: "INSERT INTO stage_fact (stage_run, name, value) VALUES (?, ?, ?)",
                    arguments: [row, name, value])
            }
            try Self.insert(points, run: run, into: database)
        }
    }

    /// Records points while their stage is still running.
    public func record(_ points: [SeriesPoint], run: Int64) throws {
        try queue.write { try Self.insert(points, run: run, into: $0) }
    }

    /// Records how a run ended, the lock it left and the metrics that are current with it.
    public func finish(
        run: Int64, status: Run.Status, at time: Double, lock: String?, metrics: [Metric]
    ) throws {
        try queue.write { database in
            try database.execute(
                sql: "UPDATE run SET status = ?, finished = ?, lock = ? WHERE id = ?",
                arguments: [status.rawValue, time, lock, run])
            guard database.changesCount == 1 else { throw HistoryError.notRecorded(run: run) }
            for metric in metrics where metric.value.isFinite {
                try database.execute(
                    sql:
                        "INSERT OR REPLACE INTO metric (run, file, key, value) VALUES (?, ?, ?, ?)",
                    arguments: [run, metric.file, metric.key, metric.value])
            }
        }
    }

    private static func insert(
        _ points: [SeriesPoint], run: Int64, into database: Database
    ) throws {
        // SQLite stores NaN as NULL, which the column refuses.
        for point in points where point.value.isFinite {
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO point (run, stage, series, step, value)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [run, point.stage, point.series, point.step, point.value])
        }
    }
}
