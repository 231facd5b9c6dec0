import Datasets
import Foundation
import ParamValues
import Pipelines
import PreprocessStage
import StageKit
import TestSupport
import Testing

/// A project with 60 groups of five rows, some of them faulty.
private struct Project {
    let folder: TemporaryFolder
    var parameters: ParamValue

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\nfilm\n##s\n0\n1\n2\n", to: "encoder/vocab.txt")
        var table = "kind,text,film\n"
        for group in 0..<60 {
            for row in 0..<4 {
                let kind = row.isMultiple(of: 2) ? "good" : "bad"
                table += "\(kind),\"films  0 1\n\(group) \(row)\",film \(group)\n"
            }
            table += "plot,Film \(group). Film again \(group)!,film \(group)\n"
        }
        try folder.write(table + "good,,film 1\ngood\n", to: "data.csv")
        parameters = Self.parameters()
    }

    static func parameters(
        data: [(String, ParamValue)] = [], encoder: ParamValue = .map(["path": .string("encoder")]),
        preprocess: [(String, ParamValue)] = []
    ) -> ParamValue {
        func range(_ first: Int, _ last: Int) -> ParamValue { .list([.int(first), .int(last)]) }
        let dataKeys: [(String, ParamValue)] = [
            ("file", .string("data.csv")), ("text", .string("text")), ("label", .string("kind")),
            ("group", .string("film")), ("unlabelled", .list([.string("plot")])),
        ]
        let splitKeys: [(String, ParamValue)] = [
            ("split", .map(["train": range(0, 59), "valid": range(60, 79), "test": range(80, 99)]))
        ]
        return .map([
            "data": .map(.init(dataKeys + data, uniquingKeysWith: { $1 })), "encoder": encoder,
            "preprocess": .map(.init(splitKeys + preprocess, uniquingKeysWith: { $1 })),
        ])
    }

    func run(to out: String = "out", threads: Int = 1) async throws -> [String: Double] {
        try FileManager.default.createDirectory(
            atPath: folder.file(out), withIntermediateDirectories: true)
        let context = StageContext(
            stage: "preprocess", threads: threads,
            deps: ["data.csv": folder.file("data.csv"), "encoder": folder.file("encoder")],
            outs: [
                "data/prepared": folder.file("\(out)/prepared"),
                "metrics/preprocess.json": folder.file("\(out)/preprocess.json"),
            ],
            parameters: parameters)
        try await Preprocess().run(context)
        let metrics = try Data(
            contentsOf: URL(fileURLWithPath: folder.file("\(out)/preprocess.json")))
        return try JSONDecoder().decode([String: Double].self, from: metrics)
    }
}

@Test func theStageWritesSplitsAndCountsEveryRecordOnce() async throws {
    let project = try Project()
    let metrics = try await project.run()
    #expect(metrics["records"] == 302)
    #expect(metrics["rejected_empty_text"] == 1)
    #expect(metrics["rejected_field_count"] == 1)
    let rows = ["train_rows", "valid_rows", "test_rows"].compactMap { metrics[$0] }
    #expect(rows.reduce(0, +) == 240)
    #expect(rows.allSatisfy { $0 > 0 })
    let data = try PreparedData(folder: project.folder.file("out/prepared"))
    #expect(data.labels == ["bad", "good"])
    #expect(data.maximumLength == 64)
    let train = try data.split(.train)
    #expect(train.rows[0].text.hasPrefix("films 0 1 "))
    #expect(train.tokens[0].prefix(5) == [2, 4, 5, 6, 7])
    #expect(train.labels.prefix(2) == [1, 0])
    let groups = Set(train.rows.map(\.group))
    let unlabelled = try data.split(.unlabelled)
    #expect(Set(unlabelled.rows.map(\.group)) == groups)
    #expect(unlabelled.count == 2 * groups.count)
    #expect(unlabelled.labels.allSatisfy { $0 == -1 })
}

@Test func theStageWritesTheSameBytesTwice() async throws {
    let project = try Project()
    _ = try await project.run(to: "first", threads: 1)
    _ = try await project.run(to: "second", threads: 4)
    let files = try FileManager.default.subpathsOfDirectory(atPath: project.folder.file("first"))
    #expect(files.count > 12)
    for file in files {
        let bytes = FileManager.default.contents(atPath: project.folder.file("first/\(file)"))
        #expect(
            bytes == FileManager.default.contents(atPath: project.folder.file("second/\(file)")),
            "\(file)")
    }
}

@Test func aLimitTakesFewerGroupsAndFillsEverySplit() async throws {
    var project = try Project()
    project.parameters = Project.parameters(preprocess: [
        ("limit", .int(6)), ("unlabelled_sentences", .bool(false)),
    ])
    let metrics = try await project.run()
    let groups = ["train_groups", "valid_groups", "test_groups"].compactMap { metrics[$0] }
    #expect((5...7).contains(groups.reduce(0, +)))
    #expect(groups.allSatisfy { $0 >= 1 })
    #expect(metrics["unlabelled_rows"] == metrics["train_groups"])
}

@Test func parametersThatCannotBeUsedAreExplained() async throws {
    var project = try Project()
    func failure() async -> String {
        do {
            _ = try await project.run()
            return "no error"
        } catch {
            return "\(error)"
        }
    }
    func encoder(_ length: Int) -> ParamValue {
        .map(["path": .string("encoder"), "maximum_length": .int(length)])
    }
    for length in [.min, 2, 513] {
        project.parameters = Project.parameters(encoder: encoder(length))
        #expect(await failure().hasPrefix("encoder.maximum_length is out of range"))
    }
    project.parameters = Project.parameters(preprocess: [("limit", .int(0))])
    #expect(await failure().hasPrefix("preprocess.limit is too small"))
    project.parameters = Project.parameters(data: [("labels", .list([.string("good")]))])
    #expect(await failure().hasPrefix("data.csv:4: row 2 has the unknown label 'bad'"))
    project.parameters = Project.parameters(data: [
        ("labels", .list([.string("bad"), .string("good"), .string("plot")]))
    ])
    #expect(await failure() == "'plot' stands in both data.labels and data.unlabelled")
    project.parameters = Project.parameters(data: [("text", .string("txt"))])
    #expect(await failure().contains("hint: did you mean 'text'?"))
    project.parameters = Project.parameters(data: [("file", .string("other.csv"))])
    #expect(await failure().contains("declares no dep named 'other.csv'"))
}
