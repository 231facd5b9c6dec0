import History
import Pipelines

extension GateReport {
    /// The answers as JUnit's XML: a test case for every gate.
    ///
    /// A gate that fails is a failure, an inconclusive one an error, and one of either kind that is
    /// not required is skipped, for nothing depends on it.
    public var junit: String {
        let obstacles = results.filter(\.isObstacle)
        let failures = obstacles.count { $0.verdict == .fail }
        let seconds = Self.time(results.reduce(0) { $0 + $1.seconds })
        let counts =
            "tests=\"\(results.count)\" failures=\"\(failures)\" "
            + "errors=\"\(obstacles.count - failures)\" "
            + "skipped=\"\(results.count { $0.verdict != .pass && !$0.gate.isRequired })\" "
            + "time=\"\(seconds)\""
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuites name=\"nlpipe gate\" \(counts)>",
            "  <testsuite name=\"gates\" \(counts)>",
        ]
        for result in results { lines += testCase(result) }
        lines += ["  </testsuite>", "</testsuites>", ""]
        return lines.joined(separator: "\n")
    }

    private func testCase(_ result: GateResult) -> [String] {
        let place = result.gate.location
        let open =
            "    <testcase classname=\"\(Escaped.xml(place.file))\" "
            + "name=\"\(Escaped.xml(result.gate.name))\" file=\"\(Escaped.xml(place.file))\" "
            + "line=\"\(place.line)\" time=\"\(Self.time(result.seconds))\">"
        let said = "demanded: \(result.expected)\nfound:    \(result.found)\n\(result.output)"
        let message = Escaped.xml(result.found)
        let inside: String
        switch (result.verdict, result.gate.isRequired) {
        case (.pass, _): inside = "<system-out>\(Escaped.xml(said))</system-out>"
        case (_, false): inside = "<skipped message=\"\(message)\"/>"
        case (.fail, _):
            inside = "<failure type=\"fail\" message=\"\(message)\">\(Escaped.xml(said))</failure>"
        case (.inconclusive, _):
            inside =
                "<error type=\"inconclusive\" message=\"\(message)\">\(Escaped.xml(said))</error>"
        }
        return [open, "      \(inside)", "    </testcase>"]
    }

    private static func time(_ seconds: Double) -> String {
        DecimalText.text(seconds, precision: 3)
    }
}
