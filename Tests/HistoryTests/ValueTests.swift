import Foundation
import Pipelines
import Testing
import TestSupport

@testable import History

@Suite struct ValueTests {
    private let old = """
        {"accuracy": 0.88, "models": {"int8": {"accuracy": 0.5, "bytes": 10}, \
        "teacher": {"accuracy": 0.9, "bytes": 100}}, "gone": 1, "list": [1, 2], "nothing": null}
        """
    private let new = """
        {"accuracy": 0.9, "models": {"int8": {"accuracy": 0.5, "bytes": 10.0}, \
        "teacher": {"accuracy": 0.9, "bytes": 90}}, "added": "text", "list": [1, 2]}
        """

    @Test func differencesHaveBothValuesAndTheChange() throws {
        let changes = ValueChange.between(
            [ValueFile(path: "m.json", text: old)], [ValueFile(path: "m.json", text: new)])
        #expect(changes.map(\.key) == ["accuracy", "models.teacher.bytes", "added", "gone"])
        #expect(changes.map(\.difference) == [0.02, -10, nil, nil])
        let report = ValueReport(changes, valueName: "Metric", old: "HEAD", new: "workspace")
        #expect(
            report.json == """
                {"m.json":{"accuracy":{"diff":0.02,"new":0.9,"old":0.88},\
                "added":{"new":"text","old":null},"gone":{"new":null,"old":1},\
                "models.teacher.bytes":{"diff":-10,"new":90,"old":100}}}
                """)
        #expect(
            report.table.plain == """
                Path    Metric                HEAD  workspace  Change
                ──────  ────────────────────  ────  ─────────  ──────
                m.json  accuracy              0.88        0.9   +0.02
                m.json  models.teacher.bytes   100         90     -10
                m.json  added                    -       text       -
                m.json  gone                     1          -       -
                """)
    }

    @Test func allShowsEqualValuesToo() throws {
        let file = ValueFile(path: "m.json", text: old)
        #expect(ValueChange.between([file], [file]).isEmpty)
        #expect(ValueChange.between([file], [file], all: true).count == 7)
    }

    @Test func filesOfOneSideAreAddedOrRemoved() throws {
        let a = ValueFile(path: "a.json", text: "{\"x\": 1}")
        let b = ValueFile(path: "b.json", text: "{\"x\": 1}")
        let changes = ValueChange.between([a], [b])
        #expect(changes.map(\.file) == ["b.json", "a.json"])
        #expect(changes.map(\.old) == [nil, .int(1)])
    }

    @Test func siblingGroupsBecomeATableOfTheirOwn() throws {
        let tables = ValueTables([ValueFile(path: "m.json", text: old)])
        #expect(
            tables.plain == """
                m.json

                models   accuracy  bytes
                ───────  ────────  ─────
                int8          0.5     10
                teacher       0.9    100

                metric    value
                ────────  ─────
                accuracy   0.88
                gone          1
                list      [1,2]
                """)
        #expect(
            tables.markdown.hasPrefix(
                """
                ### m.json

                | models  | accuracy | bytes |
                | ------- | -------: | ----: |
                | int8    |      0.5 |    10 |
                """))
    }

    @Test func aDamagedFileIsShownAsSuch() throws {
        let file = ValueFile(path: "m.json", text: "{\"a\": ")
        #expect(file.problem != nil && file.entries.isEmpty)
        #expect(ValueTables([file]).plain == "m.json\n\n(cannot be read)")
        #expect(
            RevisionValues.json([.init(name: "", files: [file])]).hasPrefix(
                "{\"\":{\"data\":{\"m.json\":{\"error\":"))
    }

    @Test(arguments: [
        (0.123456, 5, "0.12346"), (1.0, 5, "1"), (-0.0, 5, "0"), (0.00005, 5, "0.00005"),
        (0.000001, 5, "1e-06"), (1234567.5, 2, "1234567.5"), (99.999999, 2, "100"),
        (1e300, 5, "1e+300"), (.infinity, 5, "inf"), (.nan, 5, "nan"), (0.5, -3, "0.5"),
        (2.0 / 3.0, 40, "0.666666666666667"),
    ])
    func numbersAreRounded(value: Double, precision: Int, text: String) {
        #expect(DecimalText.text(value, precision: precision) == text)
    }

    @Test func shortNumbersAreShownAsTheSystemsFormatShowsThem() {
        var whole = 1
        for index in 0..<2000 {
            whole = whole * 48_271 % 99_999_989
            let scale = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7][index % 8]
            let value = Double(index % 2 == 0 ? whole : -whole) / scale
            for digits in [0, 2, 5, 8] {
                let format = String(format: "%.\(digits)f", value)
                let shown = DecimalText.text(value, precision: digits)
                guard Double(format) != 0, value.magnitude < 1e6 else { continue }
                #expect(Double(shown) == Double(format), "\(value) with \(digits)")
                #expect(
                    DecimalText.rounded(value, digits: digits) == Double(format),
                    "\(value) with \(digits)")
            }
        }
    }

    @Test func markdownCellsCannotBreakTheTable() {
        let table = TextTable(header: ["a", "b"], rows: [["x|y\nz"]])
        #expect(table.markdown.hasSuffix("| x\\|y z |     |"))
    }
}
