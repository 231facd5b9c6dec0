import Foundation
import TestSupport
import Testing

/// A folder as the export stage writes it, in a repository: a model of a version and nothing else.
private struct Exported {
    /// Field 1, the version of the format, is 8.
    static let model: [UInt8] = [8, 8]
    let folder: TemporaryFolder

    init(git: Bool = true) throws {
        folder = try TemporaryFolder()
        try folder.write(Exported.model, to: "onnx/model.onnx")
        try folder.write("{}\n", to: "onnx/config.json")
        try folder.write("x\n", to: "tracked.txt")
        guard git else { return }
        try Program.git("init", "-q", in: folder.path)
        try Program.git("add", "tracked.txt", in: folder.path)
        try Program.git("commit", "-q", "-m", "Start", in: folder.path)
    }

    func run(_ arguments: String...) throws -> Program.Result {
        try Program.nlpipe(["export"] + arguments, in: folder.path)
    }

    func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(file))))
    }

    /// An entry of the metadata, field 14, as it stands in a file.
    static func entry(_ key: String, _ value: String) -> [UInt8] {
        func text(_ number: UInt8, _ text: String) -> [UInt8] {
            [number << 3 | 2, UInt8(text.utf8.count)] + text.utf8
        }
        let content = text(1, key) + text(2, value)
        return [14 << 3 | 2, UInt8(content.count)] + content
    }
}

@Test func exportAddsTheCommitToACopy() throws {
    let exported = try Exported()
    let commit = try Program.git("rev-parse", "HEAD", in: exported.folder.path)
    let result = try exported.run("onnx", "delivered")
    #expect(result.status == 0)
    #expect(result.lines == ["made delivered: 2 files of commit \(commit.prefix(12))"])
    #expect(
        try exported.bytes("delivered/model.onnx")
            == Exported.model + Exported.entry("git_commit", commit))
    #expect(try exported.bytes("delivered/config.json") == Array("{}\n".utf8))
    #expect(try exported.bytes("onnx/model.onnx") == Exported.model)
}

@Test func exportSaysWhatTheCommitDoesNotHold() throws {
    let exported = try Exported()
    try exported.folder.write("y\n", to: "tracked.txt")
    let result = try exported.run("onnx", "delivered", "--json")
    #expect(result.status == 0)
    #expect(result.out.contains("\"dirty\":true"))
    let bytes = try exported.bytes("delivered/model.onnx")
    #expect(Array(bytes.suffix(19)) == Exported.entry("git_dirty", "true"))
}

@Test func exportRefusesWhatItCannotCopy() throws {
    let exported = try Exported()
    let place = exported.folder.path
    func refusal(_ source: String, _ target: String) throws -> String {
        let result = try exported.run(source, target)
        #expect(result.status == 2)
        return result.firstError
    }
    #expect(try refusal("nosuch", "a") == "error: \(place)/nosuch: no ONNX file in this folder")
    #expect(try refusal("onnx", "onnx") == "error: \(place)/onnx: exists already")
    try exported.folder.write([0xff, 0xff, 1], to: "odd/model.onnx")
    #expect(try refusal("odd", "a") == "error: \(place)/odd/model.onnx: not an ONNX model")
    #expect(try exported.run("onnx", "once").status == 0)
    #expect(
        try refusal("once", "a")
            == "error: \(place)/once/model.onnx: its metadata has 'git_commit' already")
    #expect(!FileManager.default.fileExists(atPath: exported.folder.file("a")))
    let left = try FileManager.default.contentsOfDirectory(atPath: place)
    #expect(left.allSatisfy { !$0.hasSuffix(".partial") })
}

@Test func exportOutsideARepositorySaysSo() throws {
    let exported = try Exported(git: false)
    let result = try exported.run("onnx", "delivered")
    #expect(result.status == 2)
    #expect(result.firstError.hasSuffix("is not in a git repository"))
}
