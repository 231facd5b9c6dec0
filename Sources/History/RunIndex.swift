import GRDB

/// Which runs are meant.
public struct RunFilter: Sendable, Equatable {
    /// How many at most.
    public var limit = 20
    /// Only those with this tag.
    public var tag: String?

    /// Means the newest runs.
    public init(limit: Int = 20, tag: String? = nil) {
        self.limit = limit
        self.tag = tag
    }
}

extension HistoryDatabase {
    /// The runs that `filter` means, newest first.
    public func runs(_ filter: RunFilter) throws -> [Run] {
        try queue.read { database in
            let (sql, arguments) = RunQueries.list(filter)
            return try Row.fetchAll(database, sql: sql, arguments: arguments)
                .compactMap(Run.init(row:))
        }
    }

    /// The run that `name` names: its number, one of its tags (then the newest), or `last`.
    public func run(named name: String) throws -> Run? {
        try queue.read { database in
            let row: Row? =
                if name == "last" {
                    try Row.fetchOne(database, sql: RunQueries.last)
                } else if let number = Int64(name) {
                    try Row.fetchOne(database, sql: RunQueries.one, arguments: [number])
                } else {
                    try Row.fetchOne(database, sql: RunQueries.tagged, arguments: [name])
                }
            return try row.flatMap(Run.init(row:))
        }
    }

    /// The tags of a run, by name.
    public func tags(ofRun run: Int64) throws -> [String] {
        try queue.read { database in
            try String.fetchAll(database, sql: RunQueries.tags, arguments: [run])
        }
    }

    /// Gives a run a tag; one that it has already stays.
    public func tag(run: Int64, _ name: String) throws {
        try queue.write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO run_tag (run, name) VALUES (?, ?)",
                arguments: [run, name])
        }
    }

    /// Takes a tag away; false where the run has none of that name.
    public func untag(run: Int64, _ name: String) throws -> Bool {
        try queue.write { database in
            try database.execute(
                sql: "DELETE FROM run_tag WHERE run = ? AND name = ?", arguments: [run, name])
            return database.changesCount > 0
        }
    }

    /// Removes a run with its stages, metrics, series and tags; false where there is none.
    ///
    /// Results, the lock and the run cache do not depend on it.
    public func delete(run: Int64) throws -> Bool {
        try queue.write { database in
            try database.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
            return database.changesCount > 0
        }
    }

    /// One metric of several runs, by run.
    public func values(of place: Metric.Place, runs: [Int64]) throws -> [Int64: Double] {
        try queue.read { database in
            var found: [Int64: Double] = [:]
            for run in runs {
                found[run] = try Double.fetchOne(
                    database, sql: RunQueries.value, arguments: [run, place.file, place.key])
            }
            return found
        }
    }
}

/// The questions that commands ask of the runs; none reads the whole of a table.
enum RunQueries {
    static let last = "SELECT * FROM run ORDER BY id DESC LIMIT 1"
    static let one = "SELECT * FROM run WHERE id = ?"
    static let tagged = """
        SELECT run.* FROM run_tag JOIN run ON run.id = run_tag.run
        WHERE run_tag.name = ? ORDER BY run_tag.run DESC LIMIT 1
        """
    static let tags = "SELECT name FROM run_tag WHERE run = ? ORDER BY name"
    static let value = "SELECT value FROM metric WHERE run = ? AND file = ? AND key = ?"
    static let stages = "SELECT * FROM stage_run WHERE run = ? ORDER BY id"
    static let metrics = "SELECT * FROM metric WHERE run = ? ORDER BY file, key"
    static let ofCommit = """
        SELECT * FROM run WHERE lock = :lock OR ("commit" = :commit AND NOT dirty) ORDER BY id DESC
        """
    /// From each stage to the next by the index: as many steps as there are stages.
    static let lastDurations = """
        WITH RECURSIVE name (stage) AS (
            SELECT min(stage) FROM stage_run WHERE verdict = 'ran'
            UNION ALL
            SELECT (SELECT min(stage) FROM stage_run WHERE verdict = 'ran' AND stage > name.stage)
            FROM name WHERE name.stage IS NOT NULL
        )
        SELECT name.stage AS stage, (
            SELECT duration FROM stage_run WHERE verdict = 'ran' AND stage = name.stage
            ORDER BY id DESC LIMIT 1
        ) AS duration
        FROM name WHERE name.stage IS NOT NULL
        """
    static let execution = """
        SELECT run FROM stage_run WHERE verdict = 'ran' AND fingerprint = ?
        ORDER BY run DESC LIMIT 1
        """

    static func list(_ filter: RunFilter) -> (sql: String, arguments: StatementArguments) {
        guard let tag = filter.tag else {
            return ("SELECT * FROM run ORDER BY id DESC LIMIT ?", [filter.limit])
        }
        return (
            """
            SELECT run.* FROM run_tag JOIN run ON run.id = run_tag.run
            WHERE run_tag.name = ? ORDER BY run_tag.run DESC LIMIT ?
            """, [tag, filter.limit]
        )
    }
}
