import Foundation
import ParamValues
import Pipelines
import Statistics
import Testing
import TestSupport

@testable import History

@Suite struct MetricLogTests {
    private func moment(_ id: String, _ values: [String: Double]) -> MetricLog.Moment {
        MetricLog.Moment(
            commit: Commit(id: id, summary: "s", time: 0),
            values: Dictionary(
                uniqueKeysWithValues: values.map {
                    (Metric.Place(file: "m.json", key: $0), MetricLog.Reading(value: $1))
                }))
    }

    @Test func commitsThatChangeNoneOfTheChosenMetricsAreLeftOut() {
        let moments = [
            moment("d", ["a": 2, "b": 9]), moment("c", ["a": 1, "b": 9]),
            moment("b", ["a": 1, "b": 8]), moment("a", ["a": 1, "b": 8]), moment("0", [:]),
        ]
        func shown(_ names: [String], all: Bool = false, limit: Int = 9) -> [String?] {
            MetricLog(moments, choosing: MetricChoice(names), all: all, limit: limit).moments
                .map { $0.commit?.id }
        }
        #expect(shown(["a"]) == ["d", "a"])
        #expect(shown(["b"]) == ["c", "a"])
        #expect(shown([]) == ["d", "c", "a"])
        #expect(shown(["m.json:*"], limit: 2) == ["d", "c"])
        #expect(shown(["a"], all: true) == ["d", "c", "b", "a", "0"])
        #expect(MetricLog(moments, choosing: MetricChoice(["x"]), limit: 9).places.isEmpty)
    }

    @Test(arguments: [
        ("models.*.accuracy", true), ("models.int8.accuracy", true), ("*", true),
        ("m.json:models.int8.accuracy", true), ("*accuracy", true), ("m.json:*", true),
        ("models.int8", false), ("accuracy", false), ("n.json:*", false), ("*acc", false),
        ("***int8***", true), ("", false),
    ])
    func namesAreKeysWithStars(pattern: String, matches: Bool) {
        let place = Metric.Place(file: "m.json", key: "models.int8.accuracy")
        #expect(MetricChoice([pattern]).includes(place) == matches)
    }

    @Test func starsTakeNoTimeThatGrowsWithTheirNumberInTheExponent() {
        let place = Metric.Place(file: "m", key: String(repeating: "a", count: 3000))
        let pattern = String(repeating: "*a", count: 1000) + "b"
        #expect(!MetricChoice([pattern]).includes(place))
    }

    @Test func intervalsComeFromTheFileOrFromTheNumberOfRows() throws {
        let file = ValueFile(
            path: "m.json",
            text: """
                {"a": {"accuracy": 0.8, "accuracy_interval": {"low": 0.7, "high": 0.9}},
                 "accuracy": 0.88, "loss": 0.5, "test_rows": 1200, "n": 10}
                """)
        func interval(_ key: String, rows: String? = nil) -> Interval? {
            MetricLog.Reading.all(of: file, rows: rows)[.init(file: "m.json", key: key)]?.interval
        }
        #expect(interval("a.accuracy") == Interval(0.7, 0.9))
        let wilson = try #require(interval("accuracy"))
        #expect(abs(wilson.low - 0.860391) < 1e-6 && abs(wilson.high - 0.897184) < 1e-6)
        #expect(interval("loss") == nil)
        #expect(interval("loss", rows: "n") != nil)
        #expect(interval("test_rows", rows: "n") == nil)
        #expect(interval("accuracy", rows: "absent") == nil)
    }

    @Test func whatChangedIsSaidByNameAndCutWhereItIsMuch() {
        let old = InputState(
            params: ["a": .int(1), "b": .int(2), "gone": .bool(true)], code: ["x": "1", "y": "1"],
            data: ["d.csv": "1"])
        var new = old
        new.params["a"] = .int(3)
        new.params["gone"] = nil
        new.params["text"] = .string(String(repeating: "z", count: 99))
        new.params["l"] = .int(4)
        new.code["y"] = "2"
        new.data["e.csv"] = "1"
        let change = InputChange(from: old, to: new)
        #expect(
            change.text(most: 2)
                == "params: a 1 → 3, gone true → - and 2 more; code: y; data: e.csv")
        #expect(change.text().contains("l - → 4"))
        #expect(InputChange(from: old, to: old).isEmpty)
        #expect(InputChange(from: old, to: old).text() == "")
    }

    @Test func csvKeepsToItsLinesWhateverTheTexts() {
        var log = [moment("b", ["k,\"1\"": 1.5]), moment("a", ["k,\"1\"": 2])]
        log[0].inputs.params = ["p": .string("x\ny")]
        let chosen = MetricLog(log, choosing: MetricChoice(["*"]), limit: 9)
            .explained { $0.inputs }
        let lines = MetricLogReport(chosen).csv
        #expect(
            lines.hasPrefix(
                "commit,time,dirty,patch,file,metric,value,low,high,changed\n"
                    + "b,1970-01-01T00:00:00Z,false,,m.json,\"k,\"\"1\"\"\",1.5,,,"), "\(lines)")
        #expect(DelimitedText.records(lines, separator: ",").count == 3)
    }
}

@Suite struct CommitWalkTests {
    @Test func aRangeIsWhatLeadsToOneEndAndNotToTheOther() throws {
        let fixture = try GitFixture()
        let commits = try (0..<5).map { try fixture.commit(["a": "\($0)"]) }
        try fixture.git("checkout", "-q", "-b", "side", commits[1])
        let side = try fixture.commit(["b": "1"])
        try fixture.git("checkout", "-q", "main")
        try fixture.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        let repository = try Repository(containing: fixture.path)
        func line(_ range: String, limit: Int = 99) throws -> [String] {
            try repository.line(of: RevisionRange(range), limit: limit).map(\.id)
        }
        let merge = try fixture.git("rev-parse", "HEAD")
        // Along first parents: what was merged is no part of the line.
        #expect(try line("HEAD") == [merge] + commits.reversed())
        #expect(try line("main~3..") == [merge, commits[4], commits[3]])
        #expect(try line("\(commits[1])..\(commits[3])") == [commits[3], commits[2]])
        #expect(try line("side..main") == [merge, commits[4], commits[3], commits[2]])
        #expect(try line("main..main") == [])
        #expect(try line("HEAD", limit: 2).count == 2)
        #expect(try line("side") == [side, commits[1], commits[0]])
        for range in ["nowhere", "nowhere..main", "main..nowhere", "a...b", "..."] {
            #expect(throws: RepositoryError.self) { try line(range) }
        }
    }

    @Test func contentsAreNamedAtEveryCommitAndAShallowCloneEndsWhereItWasCut() throws {
        let fixture = try GitFixture()
        try fixture.commit(["sub/m.json": "1"])
        try fixture.commit(["sub/m.json": "2", "other": "x"])
        try fixture.commit(["other": "y"])
        let repository = try Repository(containing: fixture.path)
        let commits = try repository.line(of: RevisionRange("HEAD"), limit: 9)
        let names = try repository.blobs(
            at: ["m.json", "absent", ""], below: fixture.folder.file("sub"), in: commits)
        #expect(names.map { $0.keys.sorted() } == [["m.json"], ["m.json"], ["m.json"]])
        #expect(names[0] == names[1] && names[1] != names[2])
        let blob = try #require(names[2]["m.json"])
        #expect(try repository.content(ofBlob: blob) == Array("1".utf8))
        #expect(throws: RepositoryError.self) { try repository.content(ofBlob: "12") }
        let clone = try TemporaryFolder()
        try fixture.git("clone", "-q", "--depth", "2", "file://\(fixture.path)", clone.file("c"))
        let cut = try Repository(containing: clone.file("c"))
        #expect(try cut.line(of: RevisionRange("HEAD"), limit: 9).count == 2)
    }
}
