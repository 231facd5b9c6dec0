import Foundation
import History
import ParamValues
import Pipelines
import Testing

@testable import Gates

/// Files of a project in memory.
private struct Files: ProjectFiles {
    var texts: [String: String]
    func read(_ path: String) throws -> [UInt8]? { texts[path].map { Array($0.utf8) } }
    func list(_ path: String) throws -> [String] {
        texts.keys.filter { $0 == path || $0.hasPrefix("\(path)/") }.sorted()
    }
    func lister() throws -> ProjectLister { { _ in [] } }
}

@Suite struct JudgeTests {
    /// Rows of which the model has the first `wrong` wrong.
    private func lines(_ rows: Int, wrong: Int) -> String {
        (0..<rows).map { row in
            #"{"id":\#(row),"label":"a","predicted":"\#(row < wrong ? "b" : "a")"}"#
        }.joined(separator: "\n")
    }

    private func judge(
        _ gates: String, now: [String: String], main: [String: String]? = nil, base: String? = nil,
        size: Int? = nil, checks: [String: CheckOutcome] = [:]
    ) throws -> [GateResult] {
        let reader = PipelineReader(knownModules: nil) { _ in nil }
        let pipeline = try reader.read("gates:\n\(gates)")
        var judge = GateJudge(
            pipeline: pipeline, base: base,
            values: { revision in
                guard let revision else {
                    return ProjectValues(files: Files(texts: now), pipeline: pipeline)
                }
                guard revision == "main", let main else {
                    throw RepositoryError.unknownRevision(revision, shallow: true)
                }
                return ProjectValues(files: Files(texts: main), pipeline: pipeline)
            }, size: { _ in size }, checks: checks)
        return try judge.results(of: pipeline.gates)
    }

    private func verdicts(
        _ gates: String, now: [String: String], main: [String: String]? = nil, size: Int? = nil
    ) throws -> [GateVerdict] {
        try judge(gates, now: now, main: main, size: size).map(\.verdict)
    }

    @Test func numbersAndRatiosAreHeldToTheirBounds() throws {
        let now = ["m.json": #"{"a": 2, "b": {"c": 4}, "t": "x", "z": 0}"#]
        let main = ["m.json": #"{"a": 1.6}"#]
        let found = try judge(
            """
              low: {file: m.json, metric: a, min: 2, max: 2}
              high: {file: m.json, metric: a, max: 1.99}
              over: {file: m.json, metric: a, over: b.c, max: 0.5}
              zero: {file: m.json, metric: a, over: z, max: 5}
              growth: {file: m.json, metric: a, against: main, max: 1.2}
              absent: {file: m.json, metric: aa, max: 5}
              text: {file: m.json, metric: t, max: 5}
              file: {file: n.json, metric: t, max: 5}
              new: {file: m.json, metric: b.c, against: main, max: 5}
            """, now: now, main: main)
        #expect(
            found.map(\.verdict) == [
                .pass, .fail, .pass, .fail, .fail, .fail, .fail, .fail, .inconclusive,
            ])
        #expect(found[0].found == "a is 2" && found[0].expected == "2 to 2")
        #expect(found[2].found == "a over b.c is 0.5 (2 / 4)")
        #expect(found[4].found == "a over that of main is 1.25 (2 / 1.6)")
        #expect(
            found[5].found == "'m.json' of the working folder has no 'aa'; did you mean 'a'?")
        #expect(found[6].found == "'t' of 'm.json' is a string in the working folder")
        #expect(found[7].found == "'n.json' is not in the working folder")
        #expect(
            found[8].found == "'m.json' of revision 'main' has no 'b.c'; did you mean 'a'?"
                || found[8].found == "'m.json' of revision 'main' has no 'b.c'")
    }

    @Test func damagedFilesFailAndNeverTrap() throws {
        for text in ["", "[1]", "{", "{\"a\": 1e999}", "\u{0}", "{\"a\": null}"] {
            #expect(
                try verdicts("  g: {file: m.json, metric: a, max: 5}", now: ["m.json": text])
                    == [.fail], "\(text)")
        }
    }

    @Test func aLossIsJudgedByTheRowsOfBothSides() throws {
        let gates = """
              loss: {predictions: p.jsonl, against: main, margin: 1.5}
              teacher: {predictions: p.jsonl, reference: t.jsonl, margin: 1.5}
            """
        let good = ["p.jsonl": lines(1000, wrong: 0), "t.jsonl": lines(1000, wrong: 60)]
        #expect(try verdicts(gates, now: good, main: good) == [.pass, .pass])
        let bad = ["p.jsonl": lines(1000, wrong: 40), "t.jsonl": lines(1000, wrong: 0)]
        #expect(try verdicts(gates, now: bad, main: good) == [.fail, .fail])
        let close = ["p.jsonl": lines(1000, wrong: 12), "t.jsonl": lines(1000, wrong: 12)]
        let found = try judge(gates, now: close, main: good)
        #expect(found.map(\.verdict) == [.inconclusive, .pass])
        let rows = try #require(found[0].rowsNeeded)
        #expect(rows > 1000)
        #expect(
            found[0].found.hasPrefix("-1.2 points against main (90 %: "), "\(found[0].found)")
        #expect(
            found[0].found.hasSuffix("; 0 gained, 12 lost of 1000 rows; \(rows) rows would decide"))
        #expect(found[0].numbers["lost"] == .int(12))
        #expect(found[1].found.contains("against t.jsonl ("))
    }

    @Test func whatTheOtherSideLacksIsInconclusiveAndWhatThisSideLacksFails() throws {
        let gates = "  loss: {predictions: p.jsonl, against: main}"
        let file = ["p.jsonl": lines(300, wrong: 0)]
        #expect(try verdicts(gates, now: [:], main: file) == [.fail])
        #expect(try verdicts(gates, now: file, main: [:]) == [.inconclusive])
        #expect(try verdicts(gates, now: ["p.jsonl": "no"], main: file) == [.fail])
        #expect(try verdicts(gates, now: file, main: ["p.jsonl": "no"]) == [.inconclusive])
        let others = ["p.jsonl": #"{"id":"x","label":"a","predicted":"a"}"#]
        #expect(try verdicts(gates, now: file, main: others) == [.inconclusive])
    }

    @Test func anAccuracyIsProvenOrRefusedOrOpen() throws {
        let gates = "  good: {predictions: p.jsonl, min: 0.9}"
        for (wrong, verdict) in [(50, GateVerdict.pass), (95, .inconclusive), (150, .fail)] {
            #expect(
                try verdicts(gates, now: ["p.jsonl": lines(1000, wrong: wrong)]) == [verdict],
                "\(wrong)")
        }
    }

    @Test func sizesAndCommands() throws {
        #expect(try verdicts("  s: {path: p, max: 10kB}", now: [:], size: 10_000) == [.pass])
        #expect(try verdicts("  s: {path: p, max: 10kB}", now: [:], size: 10_001) == [.fail])
        #expect(try verdicts("  s: {path: p, max: 10kB}", now: [:]) == [.fail])
        // The largest number that a definition can hold must not trap.
        #expect(
            try verdicts("  s: {path: p, max: 9223372036854775807}", now: [:], size: .max)
                == [.pass])
        let gates = "  a: {cmd: x}\n  b: {cmd: x}\n  c: {cmd: x, timeout: 3s}\n  d: {cmd: x}"
        let found = try judge(
            gates, now: [:],
            checks: [
                "a": .init(status: 0, seconds: 1, output: ""),
                "b": .init(status: 2, seconds: 1.26, output: "oh"),
                "c": .init(status: nil, seconds: 3, output: ""),
            ])
        #expect(found.map(\.verdict) == [.pass, .fail, .fail, .fail])
        #expect(found[1].found == "ended with status 2 after 1.3 s" && found[1].output == "oh")
        #expect(found[2].found == "stopped after 3 s")
    }

    @Test func aRevisionThatIsNotThereIsSaidWithItsPlace() throws {
        let file = ["p.jsonl": lines(10, wrong: 0)]
        let error = #expect(throws: DefinitionError.self) {
            try judge("  loss: {predictions: p.jsonl, against: gone}", now: file)
        }
        #expect(
            error?.description == """
                pipeline.yml:2:41: error: gate 'loss': revision 'gone' is not known
                  2 |   loss: {predictions: p.jsonl, against: gone}
                    |                                         ^
                hint: this clone is shallow; try `git fetch --unshallow`
                """, "\(error?.description ?? "")")
        // On the command line it is not the pipeline file's fault.
        #expect(throws: RepositoryError.self) {
            try judge(
                "  loss: {predictions: p.jsonl, against: gone}", now: file, base: "nowhere")
        }
        #expect(
            try judge(
                "  loss: {predictions: p.jsonl, against: gone, margin: 50}", now: file, main: file,
                base: "main"
            ).map(\.verdict) == [.pass])
    }
}
