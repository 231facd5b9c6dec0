import Foundation
import TestSupport
import Testing

/// Imports over HTTP from a server on loopback, in both kinds of projects.
@Suite(.enabled(if: TestTool.find("python3") != nil && TestTool.find("curl") != nil))
struct ImportTests {
    /// A server for one test; it ends with the test, or by itself after a minute.
    private final class Server {
        let files: TemporaryFolder
        private let process = Process()
        private(set) var address = ""

        init() throws {
            files = try TemporaryFolder()
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("Fixtures/http/server.py")
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", script.path, files.path]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            let limit = Date(timeIntervalSinceNow: 30)
            while address.isEmpty, process.isRunning, limit.timeIntervalSinceNow > 0 {
                if let port = try? String(contentsOfFile: files.file(".port"), encoding: .utf8) {
                    address = "http://127.0.0.1:\(port)"
                }
                sched_yield()
            }
        }

        deinit { if process.isRunning { process.terminate() } }

        /// The requests so far, and forgets them.
        func asked() throws -> [String] {
            let text = (try? String(contentsOfFile: files.file(".asked"), encoding: .utf8)) ?? ""
            try files.write("", to: ".asked")
            return text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private let server = try? Server()

    private static func project(_ kind: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        if kind == "dvc" {
            try folder.write("", to: ".dvc/config")
        } else {
            try folder.write("stages: {}\n", to: "pipeline.yml")
        }
        return folder
    }

    private static func text(_ path: String, _ folder: TemporaryFolder) throws -> String {
        try String(contentsOfFile: folder.file(path), encoding: .utf8)
    }

    private static let content = String(repeating: "0123456789\n", count: 20_000)

    @Test(arguments: ["dvc", "native"], ["etag", "cut", "late", "moved"])
    func whatComesIsWholeAndRecorded(kind: String, way: String) throws {
        let server = try #require(server)
        let folder = try ImportTests.project(kind)
        try server.files.write(ImportTests.content, to: "raw.csv")
        let result = try Program.nlpipe(
            ["import-url", "\(server.address)/\(way)/raw.csv"], in: folder.path)
        #expect(result.status == 0, "\(result.error)")
        let expected = (way == "late" ? "other " : "") + ImportTests.content
        #expect(try ImportTests.text("raw.csv", folder) == expected)
        let record = try ImportTests.text("raw.csv.dvc", folder)
        #expect(record.contains("frozen: true"))
        #expect(record.contains("path: \(server.address)/\(way)/raw.csv"))
        #expect(record.contains("- checksum: ") && !record.contains("redirection"))
        #expect(record.contains(kind == "dvc" ? "- md5: " : "- sha256: "))
        let asked = try server.asked()
        if way == "cut" {
            // Only the rest is fetched.
            #expect(asked.last?.hasSuffix("bytes=\(ImportTests.content.utf8.count / 2)-") == true)
        }
        #expect(asked.count <= 4, "\(asked)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.contains { $0.contains("nlpipe-part") })
        #expect(try Program.nlpipe(["status", "--json"], in: folder.path).out == "{}\n")
        #expect(try Program.nlpipe(["repro"], in: folder.path).status == 0)
    }

    @Test(arguments: [
        ("etag/nothing", "has no such file"), ("plain/raw.csv", "gives no ETag"),
        ("never/raw.csv", "the connection was cut"),
    ])
    func whatCannotBeHadLeavesNothing(path: String, words: String) throws {
        let server = try #require(server)
        let folder = try ImportTests.project("native")
        try server.files.write(ImportTests.content, to: "raw.csv")
        let result = try Program.nlpipe(
            ["import-url", "\(server.address)/\(path)", "here"], in: folder.path)
        #expect(result.status == 1)
        #expect(result.firstError.contains(words), "\(result.error)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == [".nlpipe", "pipeline.yml"])
    }

    @Test(arguments: ["dvc", "native"])
    func anUpdateBringsWhatChanged(kind: String) throws {
        let server = try #require(server)
        let folder = try ImportTests.project(kind)
        try server.files.write("one\n", to: "raw.csv")
        func nlpipe(_ arguments: String...) throws -> Program.Result {
            try Program.nlpipe(arguments, in: folder.path)
        }
        #expect(try nlpipe("import-url", "\(server.address)/etag/raw.csv", "d/in").status == 0)
        _ = try server.asked()
        #expect(
            try nlpipe("update", "d/in.dvc", "--json").out
                == #"{"changed":[],"unchanged":["d/in.dvc"]}"# + "\n")
        // Only asked for, not fetched.
        #expect(try server.asked() == ["HEAD /etag/raw.csv"])
        try server.files.write("two\n", to: "raw.csv")
        #expect(try nlpipe("status", "--json").out == "{}\n")
        #expect(try nlpipe("update", "d/in").out == "d/in.dvc: brought anew\n")
        #expect(try ImportTests.text("d/in", folder) == "two\n")
        #expect(try nlpipe("status", "--json").out == "{}\n")
        // A source that is gone changes nothing here.
        try FileManager.default.removeItem(atPath: server.files.file("raw.csv"))
        #expect(try nlpipe("update", "d/in").status == 1)
        #expect(try ImportTests.text("d/in", folder) == "two\n")
        #expect(try nlpipe("status", "--json").out == "{}\n")
    }

    /// A frozen import is left alone; one that is not is asked for by `status`, and brought by `repro`.
    @Test(arguments: ["dvc", "native"])
    func theSourceIsAskedOnceTheImportIsNotFrozen(kind: String) throws {
        let server = try #require(server)
        let folder = try ImportTests.project(kind)
        try server.files.write("one\n", to: "raw.csv")
        let url = "\(server.address)/etag/raw.csv"
        func nlpipe(_ arguments: String...) throws -> Program.Result {
            try Program.nlpipe(arguments, in: folder.path)
        }
        #expect(try nlpipe("import-url", url, "in").status == 0)
        _ = try server.asked()
        try server.files.write("two\n", to: "raw.csv")
        #expect(try nlpipe("status", "--json").out == "{}\n")
        #expect(try server.asked() == [])
        let before = try ImportTests.text("in.dvc", folder)
        #expect(try nlpipe("unfreeze", "in.dvc").status == 0)
        #expect(
            try ImportTests.text("in.dvc", folder)
                == before.replacing("frozen: true\n", with: ""))
        let changed = #"{"in.dvc":[{"changed deps":{"\#(url)":"modified"}}]}"# + "\n"
        for _ in 0..<2 { #expect(try nlpipe("status", "--json").out == changed) }
        #expect(try nlpipe("status", "-q").status == 1)
        #expect(
            try nlpipe("repro", "--dry", "in.dvc").out
                == "in.dvc: would run: dep '\(url)' changed\n")
        #expect(try nlpipe("repro", "--dry", "--exit-code", "in.dvc").status == 1)
        let explained = try nlpipe("status", "--explain").out
        #expect(explained.contains("in.dvc: would run") && explained.contains(url))
        #expect(try nlpipe("repro", "in.dvc").out.contains("in.dvc: brought anew"))
        #expect(try ImportTests.text("in", folder) == "two\n")
        #expect(try !ImportTests.text("in.dvc", folder).contains("frozen"))
        #expect(try nlpipe("status", "--json").out == "{}\n")
        try FileManager.default.removeItem(atPath: server.files.file("raw.csv"))
        let gone = changed.replacing("modified", with: "deleted")
        #expect(try nlpipe("status", "--json").out == gone)
        #expect(try nlpipe("repro", "in.dvc").status == 1)
        #expect(try ImportTests.text("in", folder) == "two\n")
        #expect(try nlpipe("freeze", "in.dvc").status == 0)
        #expect(try nlpipe("status", "--json").out == "{}\n")
    }

    @Test(arguments: ["dvc", "native"])
    func aPathIsUpdatedByItsContent(kind: String) throws {
        let folder = try ImportTests.project(kind)
        let source = try TemporaryFolder()
        try source.write("one\n", to: "raw")
        func nlpipe(_ arguments: String...) throws -> Program.Result {
            try Program.nlpipe(arguments, in: folder.path)
        }
        #expect(try nlpipe("import-url", source.file("raw"), "in").status == 0)
        #expect(try nlpipe("update", "in").out == "in.dvc: unchanged\n")
        try source.write("two\n", to: "raw")
        #expect(try nlpipe("update", "in").out == "in.dvc: brought anew\n")
        #expect(try ImportTests.text("in", folder) == "two\n")
        try folder.write("own\n", to: "own")
        #expect(try nlpipe("add", "own").status == 0)
        let refused = try nlpipe("update", "own")
        #expect(refused.status == 2 && refused.firstError.contains("is no import"))
    }
}
