import Foundation
import TestSupport
import Testing

/// Golden texts: `NLPIPE_RECORD=1` writes them anew, and fails so that they are looked at.
@Test func everyMistakeSaysWhatIsWrongWhereAndWhatToDo() throws {
    let path = fixture("pipelines/messages.txt")
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    let cases = recorded.components(separatedBy: "=== ").dropFirst().map(GoldenCase.init)
    let said = cases.map(\.text).joined()
    if ProcessInfo.processInfo.environment["NLPIPE_RECORD"] != nil {
        try Data(said.utf8).write(to: URL(fileURLWithPath: path))
        Issue.record("recorded \(cases.count) cases; look at them and run again")
    }
    for golden in cases {
        #expect(golden.text == golden.recorded, "\(golden.name)")
    }
}

/// `=== NAME`, the pipeline file, `--- params.yaml` and its text if there is one, `--- says`.
private struct GoldenCase {
    let name: String
    let recorded: String
    let text: String

    init(_ block: String) {
        recorded = "=== " + block
        let said = block.components(separatedBy: "--- says\n")
        let sources = said[0].components(separatedBy: "--- params.yaml\n")
        let lines = sources[0].split(
            separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(lines[0])
        var definition = Definition(lines.count > 1 ? String(lines[1]) : "")
        if sources.count > 1 { definition.files["params.yaml"] = sources[1] }
        text = "=== \(said[0])--- says\n\(definition.complaint())\n\n"
    }
}
