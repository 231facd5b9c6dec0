import Foundation
import TestSupport
import Testing

@Suite struct RunsTests {
    @Test func runsAreListedShownComparedTaggedAndDeleted() throws {
        let project = try ToyProject()
        let none = try project.nlpipe("runs", "list")
        #expect(none.status == 0 && none.error == "no runs are on record\n")
        #expect(try project.nlpipe("runs", "show").status == 2)
        _ = try project.nlpipe("repro")
        try project.commit()
        try project.folder.write("scale: 5\nother: x\n", to: "params.yaml")
        _ = try project.nlpipe("repro")
        let list = try project.nlpipe("runs", "list", "--metric", "metrics.json:scale")
        #expect(list.lines.count == 4, "\(list.out)\(list.error)")
        #expect(list.lines[2].hasPrefix("2 ") && list.lines[2].hasSuffix(" 5"), "\(list.out)")
        #expect(list.lines[2].contains("with edits") && !list.lines[3].contains("with edits"))
        let shown = try project.nlpipe("runs", "show", "last")
        #expect(shown.out.contains("count") && shown.out.contains("scale"), "\(shown.out)")
        let compared = try project.nlpipe("runs", "compare", "1", "--json")
        #expect(
            compared.lines == [#"{"metrics.json":{"scale":{"diff":3,"new":5,"old":2}}}"#],
            "\(compared.out)")
        #expect(try project.nlpipe("runs", "tag", "1", "best").status == 0)
        let best = try project.nlpipe("runs", "list", "--tag", "best", "--json")
        let runs = try JSONSerialization.jsonObject(with: Data(best.out.utf8)) as? [[String: Any]]
        #expect(runs?.count == 1 && runs?.first?["run"] as? Int == 1)
        #expect(runs?.first?["tags"] as? [String] == ["best"])
        #expect(try project.nlpipe("runs", "tag", "best", "best", "--remove").status == 0)
        #expect(try project.nlpipe("runs", "tag", "1", "best", "--remove").status == 2)
        #expect(try project.nlpipe("runs", "tag", "1", "12").status == 2)
        let gone = try project.nlpipe("runs", "delete", "last", "1")
        #expect(gone.lines == ["deleted run 2", "deleted run 1"], "\(gone.error)")
        #expect(try project.nlpipe("runs", "delete", "1").status == 2)
        #expect(try project.nlpipe("status").lines == ["everything is up to date"])
    }
}
