import GRDB

/// The tables of the history database.
///
/// A migration, once released, is never edited.
enum HistorySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: version1)
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: version2)
        }
        migrator.registerMigration("3") { database in
            try database.execute(sql: version3)
        }
        migrator.registerMigration("4") { database in
            try database.execute(sql: version4)
        }
        return migrator
    }

    // Times are seconds since 1970, durations seconds. STRICT: a column holds what it says.
    private static let version1 = """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            started REAL NOT NULL,
            finished REAL,
            status TEXT NOT NULL,
            "commit" TEXT,
            dirty INTEGER NOT NULL,
            patch TEXT,
            lock TEXT,
            command_line TEXT NOT NULL,
            machine TEXT NOT NULL,
            threads INTEGER NOT NULL,
            version TEXT NOT NULL
        ) STRICT;
        CREATE INDEX run_lock ON run (lock);
        CREATE INDEX run_commit ON run ("commit");
        CREATE TABLE stage_run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            stage TEXT NOT NULL,
            verdict TEXT NOT NULL,
            reasons TEXT NOT NULL,
            fingerprint TEXT,
            duration REAL NOT NULL,
            exit_status INTEGER
        ) STRICT;
        CREATE INDEX stage_run_run ON stage_run (run);
        CREATE TABLE metric (
            run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            file TEXT NOT NULL,
            key TEXT NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (run, file, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE point (
            run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            stage TEXT NOT NULL,
            series TEXT NOT NULL,
            step INTEGER NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (run, stage, series, step)
        ) STRICT, WITHOUT ROWID;
        """

    private static let version2 = """
        CREATE TABLE stage_fact (
            stage_run INTEGER NOT NULL REFERENCES stage_run (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (stage_run, name)
        ) STRICT, WITHOUT ROWID;
        """

    // `origin` tells runs that were seen from those that commits and traces tell of. The indexes are
    // for projects with many runs: no question of a command reads the whole of a table.
    private static let version3 = """
        ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT 'recorded';
        CREATE TABLE run_tag (
            run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            PRIMARY KEY (run, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_tag_name ON run_tag (name, run);
        CREATE INDEX run_open ON run (id) WHERE status = 'running';
        CREATE INDEX stage_run_ran ON stage_run (stage, id) WHERE verdict = 'ran';
        CREATE INDEX stage_run_fingerprint ON stage_run (fingerprint, run) WHERE verdict = 'ran';
        """

    // Runs of experiments may be under way beside others, so a run names its process; `stage_live` is
    // for those who watch it.
    private static let version4 = """
        ALTER TABLE run ADD COLUMN experiment TEXT;
        ALTER TABLE run ADD COLUMN process TEXT;
        CREATE TABLE stage_live (
            run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            stage TEXT NOT NULL,
            position INTEGER NOT NULL,
            state TEXT NOT NULL,
            started REAL,
            ended REAL,
            fraction REAL,
            detail TEXT NOT NULL,
            PRIMARY KEY (run, stage)
        ) STRICT, WITHOUT ROWID;
        """
}
