import TestSupport
import Testing

@testable import History

struct PlotTests {
    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
        ("\"a,\"\"x\"\"\nb\",c", [["a,\"x\"\nb", "c"]]), ("", []), ("\n\n", []),
        ("a,\n,b", [["a", ""], ["", "b"]]), ("\"\"\n", [[""]]), ("\"open", [["open"]]),
    ])
    func delimitedTextIsReadAsWritten(text: String, records: [[String]]) {
        #expect(DelimitedText.records(text, separator: ",") == records)
    }

    @Test(arguments: [
        ("x.json", "{\"n\": 1, \"in\": {\"rows\": [{\"b\": 1, \"a\": 2}]}}", ["b", "a"]),
        ("x.json", "[{\"b\": 1}]", ["b"]), ("x.yaml", "- {b: 1, a: 2}\n", ["b", "a"]),
        ("x.yaml", "top:\n- b: 1\n", ["b"]), ("x.tsv", "b\ta\n1\t2\n", ["b", "a"]),
    ])
    func columnsKeepTheirOrder(path: String, text: String, columns: [String]) throws {
        #expect(try PlotTable(text, path: path, header: true).columns == columns)
    }

    @Test(arguments: ["x.json", "x.yaml", "x.png", "x"])
    func whatHasNoRowsIsAProblem(path: String) {
        #expect(throws: PlotProblem.self) {
            try PlotTable("{\"a\": [1, ", path: path, header: true)
        }
    }

    @Test func aMissingFileIsAnErrorAndTheOthersAreShown() throws {
        let folder = try TemporaryFolder()
        try folder.write("plots: [a.csv, b.csv]\n", to: "pipeline.yml")
        try folder.write("step,loss\n7,1.5\n", to: "a.csv")
        let values = try ProjectValues(files: WorkspaceFiles(root: folder.path))
        let plots = try PlotValues.of([("workspace", values)])
        #expect(plots.map(\.name) == ["a.csv", "b.csv"])
        #expect(plots[0].table.rows == [["1.5", "workspace", "0"]])
        #expect(plots[1].failures.map(\.description) == ["'b.csv' of workspace: no such file"])
        let json = PlotValues.json(plots)
        #expect(json.contains(#""b.csv":[]"#) && json.contains(#""type":"FileNotFoundError""#))
    }
}
