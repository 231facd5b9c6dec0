import Foundation
import History

/// The record of a project's runs, as commands name them.
struct RecordedRuns {
    /// Nil where nothing was recorded yet.
    let database: HistoryDatabase?

    /// Opens the record of the project that the working folder is in.
    init(_ options: GlobalOptions) throws {
        let root = try ProjectRoot.find(from: try options.workingFolder())
        let path = "\(root)/\(try ProjectRoot.layout(of: root).home)/history.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            database = nil
            return
        }
        let opened = try HistoryDatabase(path: path)
        if let warning = opened.warning { Console().warn(warning) }
        database = opened
    }

    /// The run that `name` names.
    func run(_ name: String) throws -> (HistoryDatabase, Run, Int64) {
        guard let database, let run = try database.run(named: name), let id = run.id else {
            throw UsageError.noRun(name)
        }
        return (database, run, id)
    }

    /// A metric by `file:key`; nil where it has not both.
    static func place(_ name: String) -> Metric.Place? {
        guard let colon = name.firstIndex(of: ":"), colon != name.startIndex else { return nil }
        let key = name[name.index(after: colon)...]
        return key.isEmpty ? nil : Metric.Place(file: String(name[..<colon]), key: String(key))
    }
}
