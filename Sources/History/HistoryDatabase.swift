import Foundation
import GRDB

/// The runs of a project, with their metrics and series, in one SQLite file.
///
/// It is a record, never an input: nothing that nlpipe decides depends on it, and losing it loses no
/// result. Several processes may have it open at once.
public final class HistoryDatabase: Sendable {
    let queue: DatabaseQueue
    /// What was wrong with the file found, if it had to be moved aside; for showing to the user.
    public let warning: String?

    /// Opens the database at `path`, creating it if need be.
    ///
    /// A damaged file is moved aside and replaced by an empty one; `warning` then says so.
    ///
    /// - Throws: `HistoryError` if the place cannot be written or a newer nlpipe made the file.
    public init(path: String) throws {
        do {
            queue = try Self.open(path)
            warning = nil
        } catch let error as DatabaseError where Self.isDamage(error) {
            let aside = try Self.moveAside(path)
            queue = try Self.open(path)
            warning = """
                history database '\(path)' was damaged and is now '\(aside)'
                  found:    \(error.message ?? "unreadable content")
                hint: nothing but the record of past runs is affected
                """
        } catch let error as DatabaseError {
            throw HistoryError.cannotOpen(path: path, detail: error.message ?? "\(error)")
        }
    }

    init(reading queue: DatabaseQueue) {
        self.queue = queue
        warning = nil
    }

    /// 16 MiB in pages of the usual size.
    private static let mostCheckedPages = 4096

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // With a write-ahead log this loses, at a power cut, the last runs at most.
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let migrator = HistorySchema.migrator
        let isNewer = try queue.read { database in
            // Of a large file the check reads all, which takes seconds: there a damaged page is met
            // where it is read.
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            if pages <= Self.mostCheckedPages {
                let check = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "ok"
                guard check == "ok" else {
                    throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: check)
                }
            }
            return try migrator.hasBeenSuperseded(database)
        }
        if isNewer { throw HistoryError.newer(path: path) }
        try migrator.migrate(queue)
        return queue
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        // A missing table or column: the header is sound, the content is another's.
        case .SQLITE_ERROR: true
        default: false
        }
    }

    /// Renames the database and its log files to the first free `.damaged-N`.
    private static func moveAside(_ path: String) throws -> String {
        let files = FileManager.default
        var number = 1
        while files.fileExists(atPath: "\(path).damaged-\(number)") { number += 1 }
        let aside = "\(path).damaged-\(number)"
        do {
            try files.moveItem(atPath: path, toPath: aside)
        } catch {
            throw HistoryError.cannotOpen(path: path, detail: "damaged, and cannot be moved aside")
        }
        // A log left beside the new file would be replayed into it.
        for suffix in ["-wal", "-shm"] where files.fileExists(atPath: path + suffix) {
            try? files.moveItem(atPath: path + suffix, toPath: aside + suffix)
        }
        return aside
    }
}

/// Why the history database cannot be used.
public enum HistoryError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, detail: String)
    case newer(path: String)
    case notRecorded(run: Int64?)

    /// The message for the user.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let detail):
            "history database '\(path)' cannot be opened\n  found:    \(detail)"
        case .newer(let path):
            """
            history database '\(path)' was made by a newer nlpipe
            hint: use that version, or move the file away
            """
        case .notRecorded(let run):
            "run \(run.map(String.init) ?? "without a number") is not in the history database"
        }
    }
}
