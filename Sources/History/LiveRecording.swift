import GRDB

extension HistoryDatabase {
    /// Puts on record how far stages of a run are.
    public func note(_ stages: [LiveStage], run: Int64) throws {
        try queue.write { database in
            for stage in stages {
                try database.execute(
                    sql: """
                        INSERT OR REPLACE INTO stage_live
                            (run, stage, position, state, started, ended, fraction, detail)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        run, stage.stage, stage.position, stage.state.rawValue, stage.started,
                        stage.ended, stage.fraction.flatMap { $0.isFinite ? $0 : nil },
                        stage.detail,
                    ])
            }
        }
    }

    /// How far the stages of a run are, in their order; empty once a later run has begun.
    public func liveStages(ofRun run: Int64) throws -> [LiveStage] {
        try queue.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM stage_live WHERE run = ? ORDER BY position",
                arguments: [run]
            ).compactMap { row in
                let word: String = try row.decode(forColumn: "state")
                guard let state = LiveStage.State(rawValue: word) else { return nil }
                var stage = LiveStage(
                    stage: try row.decode(forColumn: "stage"),
                    position: try row.decode(forColumn: "position"), state: state)
                stage.started = try row.decode(forColumn: "started")
                stage.ended = try row.decode(forColumn: "ended")
                stage.fraction = try row.decode(forColumn: "fraction")
                stage.detail = try row.decode(forColumn: "detail")
                return stage
            }
        }
    }

    /// The runs that are under way, oldest first: those whose process lives.
    ///
    /// - Parameter machine: the name of this host; a process of another one cannot be asked about
    ///   and counts as alive.
    public func runsUnderWay(on machine: String) throws -> [Run] {
        try queue.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM run WHERE status = 'running' ORDER BY id"
            ).compactMap(Run.init(row:)).filter { run in
                guard let process = run.process else { return false }
                return run.machine != machine || ProcessMark.isAlive(process)
            }
        }
    }

    /// The run of this row; nil where there is none.
    public func run(_ id: Int64) throws -> Run? {
        try queue.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM run WHERE id = ?", arguments: [id])
                .flatMap(Run.init(row:))
        }
    }

    /// Opens the database at `path` for reading only: whoever writes it is not kept waiting.
    ///
    /// - Throws: `HistoryError` where there is none, or none that this version can read.
    public static func watching(_ path: String) throws -> HistoryDatabase {
        do {
            let queue = try reader(path)
            let isNewer = try queue.read {
                try !HistorySchema.migrator.hasCompletedMigrations($0)
            }
            if isNewer { throw HistoryError.newer(path: path) }
            return HistoryDatabase(reading: queue)
        } catch let error as DatabaseError {
            throw HistoryError.cannotOpen(path: path, detail: error.message ?? "\(error)")
        }
    }

    /// Marks runs whose process is gone as interrupted, and forgets how far runs were that are over.
    static func settle(_ database: Database, machine: String) throws {
        let open = try Row.fetchAll(
            database, sql: "SELECT id, machine, process FROM run WHERE status = 'running'")
        for row in open {
            let process: String? = try row.decode(forColumn: "process")
            let place: String = try row.decode(forColumn: "machine")
            if let process, place == machine, ProcessMark.isAlive(process) { continue }
            let id: Int64 = try row.decode(forColumn: "id")
            try database.execute(
                sql: "UPDATE run SET status = ? WHERE id = ?",
                arguments: [Run.Status.interrupted.rawValue, id])
        }
        try database.execute(
            sql: """
                DELETE FROM stage_live
                WHERE run NOT IN (SELECT id FROM run WHERE status = 'running')
                """)
    }
}
