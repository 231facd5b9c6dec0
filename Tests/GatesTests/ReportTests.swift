import Foundation
import History
import Pipelines
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Gates

@Suite struct ReportTests {
    @Test(arguments: [
        ([GateVerdict.pass, .pass], [GateVerdict](), GateVerdict.pass),
        ([.pass, .inconclusive], [], .inconclusive), ([.inconclusive, .fail], [], .fail),
        ([.pass], [.fail, .inconclusive], .pass), ([], [.fail], .pass),
    ])
    func onlyRequiredGatesCount(
        required: [GateVerdict], others: [GateVerdict], expected: GateVerdict
    ) {
        let report = GateReport(
            required.map { answer("r", $0) } + others.map { answer("o", $0, required: false) })
        #expect(report.verdict == expected)
    }

    @Test func theTextHasALineForEveryGateAndTheVerdictLast() {
        var failed = answer("tests", .fail, found: "ended with status 1 after 0.2 s")
        failed.output = "one\ntwo"
        let text = GateReport([answer("size", .pass), failed]).text
        #expect(
            text.hasSuffix("\n\ntests printed:\n  one\n  two\n\nfail: 1 pass, 1 fail"), "\(text)")
        #expect(text.contains("pass     size   at most 10  12 bytes"), "\(text)")
    }

    @Test func theJSONHasPlaceNumbersAndVerdict() throws {
        var result = answer("size", .fail)
        result.numbers = ["bytes": .int(12)]
        let object = try JSONSerialization.jsonObject(
            with: Data(GateReport([result], outdated: ["package"]).json.utf8))
        let found = try #require(object as? [String: Any])
        #expect(found["verdict"] as? String == "fail")
        let gate = try #require((found["gates"] as? [[String: Any]])?.first)
        #expect(gate["bytes"] as? Int == 12 && gate["line"] as? Int == 3)
        #expect(gate["kind"] as? String == "path" && gate["required"] as? Bool == true)
        #expect((found["notes"] as? [String])?.first?.contains("'package'") == true)
    }

    /// Names and texts that would be mark-up, or break out of it, if they were not escaped.
    private let hostile =
        "<b a=\"1\">&amp;</b> ]]> | `x` **y** @all [z](http://z) \u{1}\u{FFFE} %0A\n::error::"

    @Test func xmlIsWellFormedWhateverTheTexts() throws {
        var result = answer(hostile, .fail, found: hostile)
        result.output = hostile
        let report = GateReport([
            result, answer("i", .inconclusive, found: hostile), answer("p", .pass),
            answer("o", .fail, required: false),
        ])
        final class Counter: NSObject, XMLParserDelegate {
            var elements: [String] = []
            var messages: [String] = []
            func parser(
                _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
                qualifiedName: String?, attributes: [String: String]
            ) {
                elements.append(name)
                if let message = attributes["message"] { messages.append(message) }
            }
        }
        let counter = Counter()
        let parser = XMLParser(data: Data(report.junit.utf8))
        parser.delegate = counter
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(
            counter.elements == [
                "testsuites", "testsuite", "testcase", "failure", "testcase", "error", "testcase",
                "system-out", "testcase", "skipped",
            ])
        #expect(
            counter.messages.first
                == hostile.replacing("\u{1}", with: "\u{FFFD}").replacing(
                    "\u{FFFE}", with: "\u{FFFD}"))
        #expect(report.junit.contains("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""))
    }

    @Test func markdownHasNoMarkUpOfOthersInIt() {
        let text = GateReport([answer(hostile, .fail, found: hostile)]).markdown(
            isComment: true,
            details: [(hostile, TextTable(header: [hostile], rows: [[hostile]]))])
        #expect(text.hasPrefix(GateReport.marker))
        let lines = text.split(separator: "\n")
        // Our own marks are all there is: four columns in the row, one in the details.
        let row = lines.first { $0.contains("❌ fail") }
        #expect(row?.filter { $0 == "|" }.count == 5, "\(text)")
        for piece in ["<b", "`x`", "**y**", "@all", "](http"] {
            #expect(!text.contains(piece), "\(piece)")
        }
        #expect(lines.count { $0.contains("<details>") } == 1)
    }

    @Test(arguments: [500, 2_000, 65_000])
    func markdownKeepsToItsLimitWithTheWorstGatesFirst(limit: Int) {
        var results = (0..<3000).map { answer("gate-\($0)", .pass) }
        results.append(answer("the-bad-one", .fail, found: String(repeating: "x", count: 9_000)))
        let table = TextTable(header: ["a", "b"], rows: (0..<9000).map { ["\($0)", "x"] })
        let text = GateReport(results).markdown(
            isComment: true, details: [("d", table)], limit: limit)
        #expect(text.utf8.count <= limit)
        if limit > 500 { #expect(text.contains("the-bad-one")) }
        #expect(text.contains("more gates are not shown."))
        let few = GateReport([answer("a", .pass)]).markdown(
            isComment: false, details: [("d", table)], limit: limit)
        #expect(few.utf8.count <= limit)
        #expect(few.contains("more rows are not shown.") == few.contains("<details>"))
        #expect(few.contains("<details>") == few.contains("</details>"))
    }

    @Test func annotationsPointAtTheLineAndCannotBeBrokenOutOf() {
        let report = GateReport([
            answer("ok", .pass), answer("maybe", .inconclusive),
            answer("a,b:c\n", .fail, found: hostile),
            answer("idea", .fail, required: false),
        ])
        let lines = report.annotations(below: "models/nlp")
        #expect(lines.count == 3)
        #expect(
            lines.first?.hasPrefix(
                "::error file=models/nlp/pipeline.yml,line=3,col=5,title=gate a%2Cb%3Ac%0A%3A fail::"
            ) == true, "\(lines)")
        #expect(lines.allSatisfy { !$0.contains("\n") })
        #expect(lines[1].hasPrefix("::warning ") && lines[2].hasPrefix("::warning "))
        #expect(lines.first?.contains("%250A%0A::error::") == true)
        #expect(report.annotations(below: "").first?.contains("file=pipeline.yml,") == true)
    }
}
