import Pipelines
import Statistics
import Testing
import TestSupport

@testable import History

/// Rows 0..<count of label "a"; the model says "b" on those that are wrong.
private func lines(_ count: Int, wrong: Set<Int>, from first: Int = 0) -> String {
    (first..<count).map { row in
        #"{"id":\#(row),"label":"a","predicted":"\#(wrong.contains(row) ? "b" : "a")","#
            + #""probabilities":{"a":0.5}}"#
    }.joined(separator: "\n") + "\n"
}

private func file(_ text: String, path: String = "evaluation/int8.jsonl") -> PredictionFile {
    PredictionFile(path: path, bytes: Array(text.utf8))
}

private func report(
    _ old: [PredictionFile], _ new: [PredictionFile], margin: Double = 0.015
) throws -> PredictionReport {
    try PredictionReport(
        old: old, new: new, names: ("HEAD", "workspace"), margin: margin, alpha: 0.05)
}

@Suite struct PredictionTests {
    @Test func rowsArePairedByTheirIdAndTestedExactly() throws {
        let found = try report(
            [file(lines(100, wrong: [1, 2]))], [file(lines(100, wrong: [2, 3, 4, 5, 6, 7, 8]))])
        #expect(found.problems.isEmpty)
        let row = try #require(found.comparisons.first)
        #expect(row.outcomes == (try PairedOutcomes(both: 92, gained: 1, lost: 6, neither: 1)))
        // Twice (1 + 7) of the 2⁷ ways that seven coins fall.
        #expect(abs(row.exact - 2 * 8.0 / 128) < 1e-12)
        #expect(row.verdict == "inconclusive")
        #expect(
            found.text(md: false).contains("98 %       93 %      -5"),
            "\(found.text(md: false))")
    }

    @Test func severalFilesAreCorrectedTogether() throws {
        let old = lines(100, wrong: []), new = lines(100, wrong: [1, 2, 3, 4, 5, 6])
        let found = try report(
            [file(old, path: "a.jsonl"), file(old, path: "b.jsonl")],
            [file(new, path: "a.jsonl"), file(old, path: "b.jsonl")])
        for (row, p) in zip(found.comparisons, [2.0 / 64, 1]) {
            #expect(abs(row.exact - p) < 1e-12)
            #expect(abs(row.corrected - min(1, 2 * p)) < 1e-12)
        }
        #expect(found.comparisons.count == 2)
    }

    @Test func verdictsFollowTheMargin() throws {
        let old = [file(lines(500, wrong: []))]
        #expect(try report(old, old, margin: 0.01).comparisons.first?.verdict == "pass")
        let worse = [file(lines(500, wrong: Set(0..<40)))]
        #expect(try report(old, worse, margin: 0.01).comparisons.first?.verdict == "fail")
        let some = try report(old, [file(lines(500, wrong: [3, 4]))], margin: 0.01)
        #expect(some.comparisons.first?.verdict == "inconclusive")
        #expect(some.text(md: true).contains("rows needed"))
        let json = jsonText(some)
        #expect(json.contains(#""verdict":"inconclusive""#) && json.contains(#""lost":2"#))
    }

    @Test func rowsThatCannotBePairedAreCounted() throws {
        let other = lines(20, wrong: [], from: 10)
            .replacing(#""id":12,"label":"a""#, with: #""id":12,"label":"b""#)
        let found = try report([file(lines(15, wrong: []))], [file(other)])
        // 10 and 5 are on one side only; row 12 has another label.
        #expect(found.comparisons.first?.outcomes.rows == 4)
        #expect(
            found.problems == [
                "'evaluation/int8.jsonl': 17 answers are left out, for they have no row of the same "
                    + "id and label on the other side"
            ])
    }

    @Test(arguments: [
        ("{\"id\":1}\n", "line 1 has no 'id', 'label' and 'predicted'"),
        ("\n{\n", "line 2 has no"), ("[]", "line 1 has no"), ("\u{0}", "line 1 has no"),
        (
            "{\"id\":1,\"label\":\"a\",\"predicted\":\"a\"}\n{\"id\":1,\"label\":\"a\",\"predicted\":\"b\"}",
            "line 2 has an 'id' that another line has"
        ),
    ])
    func damagedFilesSayWhere(text: String, problem: String) throws {
        let damaged = file(text)
        #expect(damaged.problem?.hasPrefix(problem) == true)
        let found = try report([damaged], [file(lines(3, wrong: []))])
        #expect(found.comparisons.isEmpty)
        #expect(found.problems.first?.hasPrefix("'evaluation/int8.jsonl' of HEAD holds no") == true)
        #expect(found.problems.last?.hasPrefix("no predictions of both 'HEAD' and") == true)
    }

    @Test func idsMayBeTextsAndRowsWithoutALabelAreLeftOut() throws {
        let text = """
            {"id":"1","label":"a","predicted":"a"}
            {"id":1,"label":"a","predicted":"b"}
            {"id":2,"predicted":"b"}

            """
        let found = file(text)
        #expect(found.problem == nil)
        #expect(found.answers.count == 2)
    }

    @Test func severalRunsAreComparedByTheMeanOfEveryRow() throws {
        // Each run loses five other rows of 300: 1.67 points in every one of them.
        let runs = (0..<4).map { run in
            RunComparison.Pair(
                model: file(lines(300, wrong: Set((10 * run)..<(10 * run + 5)))),
                reference: file(lines(300, wrong: [])))
        }
        let found = try RunComparison(runs, margin: 0.025, alpha: 0.05)
        #expect(abs(found.difference + 5.0 / 300) < 1e-12)
        #expect(abs(found.accuracy.model - 295.0 / 300) < 1e-12 && found.accuracy.reference == 1)
        #expect(found.verdict == .pass)
        let start = "300 rows, mean of 4 runs: 98.33 % against 100 %, -1.67 points"
        #expect(found.text.hasPrefix(start))
        #expect(found.text.hasSuffix("pass: loses less than 2.5 points"))
        // One of them alone decides nothing.
        let one = try RunComparison(Array(runs.prefix(1)), margin: 0.025, alpha: 0.05)
        #expect(one.text.contains("inconclusive at 2.5 points: "))
        #expect(one.json.contains(#""rows_needed":"#) && one.json.contains(#""runs":1"#))
        let worse = try RunComparison(runs, margin: 0.001, alpha: 0.05)
        #expect(worse.verdict == .fail && worse.json.contains(#""verdict":"fail""#))
    }

    @Test func runsAreComparedOnTheRowsThatAllOfThemHave() throws {
        let found = try RunComparison(
            [
                .init(model: file(lines(30, wrong: [])), reference: file(lines(28, wrong: []))),
                .init(
                    model: file(lines(30, wrong: [], from: 3)),
                    reference: file(lines(30, wrong: []))),
            ], margin: 0.1, alpha: 0.05)
        #expect(found.rows == 25 && found.leftOut == 5)
        #expect(throws: StatisticsError.self) {
            try RunComparison(
                [
                    .init(
                        model: file(lines(3, wrong: [])),
                        reference: file(lines(9, wrong: [], from: 5)))
                ], margin: 0.1, alpha: 0.05)
        }
    }

    @Test func filesAreFoundInTheOutsOfTheEvaluateModuleOrWhereTheyAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            stages:
              evaluate:
                run: evaluate
                deps: [data]
                outs: [evaluation]
              other:
                cmd: make-them
                outs: [elsewhere]
            """, to: "pipeline.yml")
        try folder.write(lines(3, wrong: []), to: "evaluation/int8.jsonl")
        try folder.write("a,b\n", to: "evaluation/flips.csv")
        try folder.write(lines(4, wrong: []), to: "elsewhere/below/x.jsonl")
        try folder.write(lines(5, wrong: []), to: "elsewhere/x.txt")
        let values = try ProjectValues(files: WorkspaceFiles(root: folder.path))
        #expect(try values.predictions().map(\.path) == ["evaluation/int8.jsonl"])
        #expect(
            try values.predictions(["elsewhere"]).map(\.path) == ["elsewhere/below/x.jsonl"])
        #expect(try values.predictions(["elsewhere/x.txt"]).first?.answers.count == 5)
        #expect(try values.predictions(["nowhere"]).isEmpty)
    }
}

/// The JSON of a report's only file.
private func jsonText(_ report: PredictionReport) -> String {
    report.json.values.map(\.canonicalText).joined()
}
