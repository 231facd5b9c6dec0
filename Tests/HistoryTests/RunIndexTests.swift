import Foundation
import GRDB
import Testing
import TestSupport

@testable import History

@Suite struct RunIndexTests {
    private let folder: TemporaryFolder
    private let database: HistoryDatabase

    init() throws {
        folder = try TemporaryFolder()
        database = try HistoryDatabase(path: folder.file("h.sqlite"))
    }

    private func record(lock: String = "l", fingerprint: String = "f") throws -> Int64 {
        let id = try database.start(
            Run(
                started: 1, commit: "c", dirty: false, patch: nil, commandLine: "x", machine: "m",
                threads: 1, version: "1"))
        try database.record(
            StageRun(
                stage: "s", verdict: .ran, reasons: [], fingerprint: fingerprint, duration: 2,
                facts: ["a": "b"]),
            points: [SeriesPoint(stage: "s", series: "l", step: 1, value: 1)], run: id)
        try database.finish(
            run: id, status: .succeeded, at: 2, lock: lock,
            metrics: [Metric(file: "m.json", key: "a", value: Double(id))])
        return id
    }

    @Test func runsAreNamedByNumberTagAndBeingTheLast() throws {
        let ids = try (0..<3).map { _ in try record() }
        #expect(try database.run(named: "last")?.id == ids[2])
        #expect(try database.run(named: "\(ids[0])")?.id == ids[0])
        #expect(try database.run(named: "best") == nil)
        #expect(try database.run(named: "99") == nil)
        for id in ids[0...1] { try database.tag(run: id, "best") }
        try database.tag(run: ids[0], "best")
        #expect(try database.run(named: "best")?.id == ids[1])
        #expect(try database.tags(ofRun: ids[0]) == ["best"])
        #expect(try database.runs(RunFilter(tag: "best")).map(\.id) == [ids[1], ids[0]])
        #expect(try database.runs(RunFilter(limit: 1)).map(\.id) == [ids[2]])
        #expect(try database.untag(run: ids[1], "best"))
        #expect(try !database.untag(run: ids[1], "best"))
        #expect(try database.run(named: "best")?.id == ids[0])
        let place = Metric.Place(file: "m.json", key: "a")
        #expect(
            try database.values(of: place, runs: ids)
                == Dictionary(uniqueKeysWithValues: ids.map { ($0, Double($0)) }))
        #expect(throws: (any Error).self) { try database.tag(run: 99, "x") }
    }

    @Test func aDeletedRunLeavesNothingBehind() throws {
        let (gone, kept) = (try record(), try record())
        try database.tag(run: gone, "t")
        #expect(try database.delete(run: gone))
        #expect(try !database.delete(run: gone))
        try database.queue.read { connection in
            for table in ["stage_run", "metric", "point", "run_tag"] {
                let rows = try Int.fetchOne(
                    connection, sql: "SELECT count(*) FROM \(table) WHERE run = ?",
                    arguments: [gone])
                #expect(rows == 0, "\(table)")
            }
            #expect(try Int.fetchOne(connection, sql: "SELECT count(*) FROM stage_fact") == 1)
        }
        #expect(try database.runs(RunFilter()).map(\.id) == [kept])
        // A number is never given twice.
        #expect(try record() > kept)
    }

    @Test func everyQuestionIsAnsweredThroughAnIndex() throws {
        let list = RunQueries.list(RunFilter(tag: "t"))
        let questions: [(String, StatementArguments)] = [
            (RunQueries.last, []), (RunQueries.one, [1]), (RunQueries.tagged, ["t"]),
            (RunQueries.tags, [1]), (RunQueries.value, [1, "f", "k"]), (RunQueries.stages, [1]),
            (RunQueries.metrics, [1]), (RunQueries.ofCommit, ["lock": "l", "commit": "c"]),
            (RunQueries.lastDurations, []), (RunQueries.execution, ["f"]),
            (list.sql, list.arguments),
        ]
        try database.queue.read { connection in
            for (sql, arguments) in questions {
                let plan = try Row.fetchAll(
                    connection, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments
                ).map { try $0.decode(String.self, forColumn: "detail") }
                // Scans go over what the question itself made, or down the numbers to a limit, or
                // over the partial index of the runs that are still open.
                let scans = plan.filter { $0.hasPrefix("SCAN") }.filter { line in
                    !["SCAN name", "SCAN CONSTANT ROW"].contains { line.hasPrefix($0) }
                        && !line.contains("run_open")
                        && !(sql == RunQueries.last && line == "SCAN run")
                }
                #expect(scans.isEmpty, "\(sql): \(plan)")
                #expect(
                    !plan.contains { $0.contains("USE TEMP B-TREE") } || sql == RunQueries.ofCommit,
                    "\(sql): \(plan)")
            }
        }
    }

    @Test func theNewestExecutionAndTheLastDurationsAreFound() throws {
        _ = try record(fingerprint: "a")
        let second = try record(fingerprint: "a")
        let third = try record(fingerprint: "b")
        let found = try database.executions(of: ["a", "b", "c"])
        #expect(found.mapValues(\.id) == ["a": second, "b": third])
        #expect(HistoryDatabase.lastDurations(in: folder.file("h.sqlite")) == ["s": 2])
        #expect(
            HistoryDatabase.lastDurations(
                in: try { () throws -> String in
                    let empty = folder.file("e.sqlite")
                    _ = try HistoryDatabase(path: empty)
                    return empty
                }()
            ).isEmpty)
    }
}
