import Foundation
import TestSupport
import Testing

@testable import Datasets

private func records(
    _ bytes: [UInt8], _ format: TableFormat = .csv
) throws -> [DelimitedReader.Record] {
    var reader = DelimitedReader(bytes, format: format, file: "data.csv")
    var records: [DelimitedReader.Record] = []
    while let record = try reader.next() { records.append(record) }
    return records
}

private func fields(_ text: String, _ format: TableFormat = .csv) throws -> [[String]] {
    try records(Array(text.utf8), format).map {
        $0.fields.map { String(decoding: $0, as: UTF8.self) }
    }
}

@Test func awkwardFieldsAreReadAsPythonReadsThem() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture("datasets/quoting.csv")))
    let expected = try JSONDecoder().decode(
        [[String]].self,
        from: Data(contentsOf: URL(fileURLWithPath: fixture("datasets/quoting.json"))))
    let found = try records([UInt8](bytes)).map {
        $0.fields.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
        #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }
}

@Test func lineEndsMarksAndEmptyLinesAreRead() throws {
    #expect(
        try fields("\u{FEFF}a,b\r\n\r\n1,2\r3,4\n\n5,") == [
            ["a", "b"], ["1", "2"], ["3", "4"], ["5", ""],
        ])
    #expect(try fields("\"a\nb\",\"\"\"\"\n") == [["a\nb", "\""]])
    #expect(try fields("5\" disk,x") == [["5\" disk", "x"]])
    #expect(try fields("\"a\tb\"\"\n", .tsv) == [["\"a", "b\"\""]])
    #expect(try fields("") == [])
    #expect(try fields("\n\r\n") == [])
}

@Test func recordsKnowTheirLine() throws {
    let found = try records(Array("h\n\"a\r\nb\n\"\n\nc\n\"x\"y\n".utf8))
    #expect(found.map(\.line) == [1, 2, 6, 7])
    #expect(found[3].strayQuote == .init(line: 7, column: 4))
}

@Test func aQuoteThatIsNeverClosedIsLocated() {
    #expect(throws: TableError.unterminatedQuote(file: "data.csv", line: 2, column: 3)) {
        try records(Array("h,i\na,\"b\nc\n".utf8))
    }
}

@Test func everyPrefixOfAFileIsReadOrRefused() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture("datasets/quoting.csv"))))
    for end in stride(from: 0, to: 1500, by: 1) {
        do {
            _ = try records(Array(bytes[..<end]))
        } catch is TableError {}
    }
}

private func read(
    _ bytes: [UInt8], _ name: String = "data.csv",
    columns: ExampleColumns = ExampleColumns(text: "text", label: "label")
) throws -> ExampleFile {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: name)
    return try ExampleFile(path: path, named: name, format: .auto, columns: columns)
}

@Test func faultyRecordsAreRejectedWithTheirReason() throws {
    var bytes = Array("label,text\nx,  good \t one \ny\nz,a,b\nx,\nx,\"a\"b\nx,a\u{0}b\nx,".utf8)
    bytes += [0xC3, 0x28, 0x0A] + Array("y,last\n".utf8)
    let file = try read(bytes)
    #expect(file.records == 8)
    #expect(
        file.rows == [
            SourceRow(row: Row(id: 1, text: "good one", label: "x"), line: 2),
            SourceRow(row: Row(id: 8, text: "last", label: "y"), line: 9),
        ])
    #expect(
        file.rejections.map(\.reason) == [
            .fieldCount, .fieldCount, .emptyText, .strayQuote, .nulByte, .notUTF8,
        ])
    #expect(file.rejections.map(\.line) == [3, 4, 5, 6, 7, 8])
}

@Test func jsonLinesTakeStringsAndNumbers() throws {
    let text = """
        {"text": "one", "label": 1}

        {"text": "two", "label": true, "more": [1]}
        {"text": "three", "label": null}
        not json
        {"label": 0}
        {"text": "four\\u0000", "label": 0.5}
        {"text": "five", "label": 0.5}\r
        """
    let file = try read(Array(text.utf8), "data.jsonl")
    #expect(file.rows.map(\.row.label) == ["1", "true", "0.5"])
    #expect(file.rows.map(\.line) == [1, 3, 8])
    #expect(
        file.rejections.map(\.reason) == [.missingValue, .badJSON, .missingValue, .nulByte])
}

@Test func aFileThatCannotBeUsedIsExplained() throws {
    func failure(_ text: String, _ name: String = "data.csv") throws -> String {
        do {
            _ = try read(Array(text.utf8), name)
            return "no error"
        } catch let error as TableError {
            return error.description
        }
    }
    #expect(
        try failure("Text,labels\na,b\n") == """
            data.csv:1: no column 'text', which 'data.text' names
              found:    Text, labels
            hint: did you mean 'Text'?
            """)
    #expect(try failure("text,text,label\na,b,c\n").contains("more than once"))
    #expect(try failure(" \n").hasPrefix("data.csv: the file is empty"))
    #expect(try failure("text,label\n").contains("records:  0"))
    #expect(try failure("text,label\n,x\n").contains("rejected: empty_text 1"))
    #expect(try failure("t\u{0}ext,label\n").contains("UTF-16"))
    #expect(try failure("text", "data.xls").contains("does not tell the format"))
    #expect(try failure(#"{"txt": 1, "label": 2}"#, "data.jsonl").contains("did you mean 'txt'?"))
    #expect(throws: TableError.unreadable(file: "no.csv")) {
        try ExampleFile(
            path: "/nonexistent/no.csv", named: "no.csv", format: .auto,
            columns: ExampleColumns(text: "text"))
    }
}

@Test func aHugeFieldAndManyRowsAreReadInLinearTime() throws {
    let huge = "text,label\n\"" + String(repeating: "a\"\"", count: 200_000) + "\",x\n"
    #expect(try read(Array(huge.utf8)).rows[0].row.text.utf8.count == 400_000)
    let many = "text,label\n" + String(repeating: "a b,x\n", count: 50_000)
    #expect(try read(Array(many.utf8)).rows.count == 50_000)
}
