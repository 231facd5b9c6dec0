import Foundation
import TestSupport
import Testing

/// What `status` says of imports and their sources, and what `repro` does about it, beside real DVC.
@Suite(.enabled(if: Peer.isWanted, "DVC is not installed; 'scripts/peer-dvc.sh' does that"))
struct ImportStatusTests {
    /// What a side answers, and what its records are, after each of many changes of a file and a
    /// folder that were imported.
    private func story(
        _ kind: Side.Kind, _ driver: DVCDriver
    ) throws -> (answers: [String], records: [String]) {
        let side = try Side(kind, driver: driver)
        let source = try TemporaryFolder()
        var (answers, records): ([String], [String]) = ([], [])
        func run(_ arguments: String...) throws {
            answers.append("\(arguments[0]) \(try side.run(arguments).status == 0)")
        }
        func note() throws {
            // Where the sources are is another place for each side.
            let status = try side.json(["status"]).replacing(source.path, with: "source")
            let data = ["file", "folder/a", "folder/b", "folder/c"].map(side.text)
            answers.append("\(status) \(data)")
            for record in ["file.dvc", "folder.dvc"] {
                records.append(side.text(record).replacing(source.path, with: "source"))
            }
        }
        try side.apply([.pipeline("stages: {}\n")])
        try source.write("1\n", to: "file")
        try source.write("a\n", to: "folder/a")
        try source.write("b\n", to: "folder/b")
        for name in ["file", "folder"] { try run("import-url", source.file(name)) }
        try note()
        try source.write("2\n", to: "file")
        try source.write("c\n", to: "folder/c")
        try note()
        try run("unfreeze", "file.dvc", "folder.dvc")
        try note()
        try run("repro", "file.dvc")
        try note()
        try run("repro", "-P")
        try note()
        try source.write("3\n", to: "file")
        try FileManager.default.removeItem(atPath: source.file("folder"))
        try note()
        // A repro fails now on every side; DVC has removed the data by then, see docs/dvc-projects.md.
        try run("freeze", "folder.dvc")
        try note()
        try run("update", "file.dvc")
        try note()
        return (answers, records)
    }

    @Test func theSameIsSaidAndDone() throws {
        try DVCPool.use { driver in
            let dvc = try story(.dvc, driver)
            let shared = try story(.shared, driver)
            let native = try story(.native, driver)
            #expect(dvc.answers == shared.answers)
            #expect(dvc.answers == native.answers)
            // An absolute path is part of what DVC's digest of the file is about.
            func plain(_ records: [String]) -> [String] {
                records.map { record in
                    record.split(separator: "\n").filter { !$0.hasPrefix("md5:") }
                        .joined(separator: "\n")
                }
            }
            #expect(plain(dvc.records) == plain(shared.records))
        }
    }
}
