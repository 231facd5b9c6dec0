import Foundation
import TestSupport
import Testing
import Tokenizers

@testable import Datasets

private let texts = ["a film", "a good film", "film [SEP] a", "good good good good", "a"]

/// A small data set, written to `folder`.
private func write(to folder: TemporaryFolder) throws -> Preparation {
    try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nfilm\ngood\n", to: "encoder/vocab.txt")
    let splits: [SplitName: [Row]] = [
        .train: [
            Row(id: 1, text: texts[0], label: "bad", group: "g"),
            Row(id: 2, text: texts[1], label: "good", group: "g"),
        ],
        .valid: [Row(id: 3, text: texts[2], label: "bad", group: "e\u{301}")],
        .test: [Row(id: 4, text: texts[3], label: "good", group: "\u{E9}\u{2028}\"\\/")],
        .unlabelled: [Row(id: 5, text: texts[4])],
    ]
    let preparation = try Preparation(
        SplitRows(unchecked: splits), labels: ["good", "bad"],
        tokenizer: WordPieceTokenizer(folder: folder.file("encoder")), maximumLength: 5)
    try preparation.write(
        to: folder.file("prepared"),
        rejections: [Rejection(id: 9, line: 12, reason: .nulByte, detail: "in the text")])
    return preparation
}

@Test func aPreparedDataSetReadsBackAsItWasWritten() throws {
    let folder = try TemporaryFolder()
    let written = try write(to: folder)
    let data = try PreparedData(folder: folder.file("prepared"))
    #expect(data.labels == ["good", "bad"])
    #expect(data.maximumLength == 5)
    for name in SplitName.allCases {
        let split = try data.split(name)
        #expect(split.rows == written.splits[name]?.rows)
        #expect(split.tokens == written.splits[name]?.tokens)
        #expect(split.labels == written.splits[name]?.labels)
    }
    #expect(try data.split(.train).labels == [1, 0])
    #expect(try data.split(.unlabelled).labels == [-1])
    #expect(try data.split(.valid).tokens == [[2, 5, 3, 4, 3]])
    #expect(try data.split(.test).tokens == [[2, 6, 6, 6, 3]])
    #expect(written.fullLengths[.test] == [6])
    let group = try data.split(.test).rows[0].group
    #expect(group?.unicodeScalars.map(\.value) == [0xE9, 0x2028, 0x22, 0x5C, 0x2F])
    let tokenizer = try data.tokenizer()
    #expect(tokenizer.encode("Good film", maximumLength: nil) == [2, 6, 5, 3])
    #expect(
        try String(contentsOfFile: folder.file("prepared/rejected.jsonl"), encoding: .utf8)
            == #"{"detail":"in the text","id":9,"line":12,"reason":"nul_byte"}"# + "\n")
}

@Test func damageToAPreparedDataSetIsNamed() throws {
    let folder = try TemporaryFolder()
    _ = try write(to: folder)
    let path = folder.file("prepared")
    func failure() -> String {
        do {
            _ = try PreparedData(folder: path).split(.train)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "F")
        }
    }
    #expect(failure() == "no error")
    try folder.write(#"{"id":1,"text":"a"}"#, to: "prepared/train.jsonl")
    #expect(failure().contains("F/prepared/train.safetensors: the prepared data do not fit"))
    try folder.write("{\"id\":1,\"text\":\"a\"}\n{\"id\":1}\n", to: "prepared/train.jsonl")
    #expect(failure().hasPrefix("F/prepared/train.jsonl:2: "))
    try FileManager.default.removeItem(atPath: "\(path)/train.safetensors")
    #expect(failure().hasPrefix("F/prepared/train.safetensors: no such file"))
    try folder.write(#"["one"]"#, to: "prepared/labels.json")
    try folder.write(#"{"format": 2, "maximum_length": 5}"#, to: "prepared/prepared.json")
    #expect(failure().contains("written in another format"))
    try folder.write("[]", to: "prepared/prepared.json")
    #expect(failure().contains("not the JSON that belongs here"))
}

@Test func aClassIndexOutsideOfTheLabelsIsRefused() throws {
    let folder = try TemporaryFolder()
    _ = try write(to: folder)
    try folder.write(#"["good"]"#, to: "prepared/labels.json")
    let data = try PreparedData(folder: folder.file("prepared"))
    #expect(throws: PreparedDataError.self) { try data.split(.train) }
    #expect(try data.split(.test).count == 1)
}
