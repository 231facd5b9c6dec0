import Foundation
import TestSupport

/// A git repository in a temporary folder, driven by the git command.
struct GitFixture {
    let folder: TemporaryFolder
    var path: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        try git("init", "-q", "-b", "main")
    }

    /// Writes files and commits everything.
    @discardableResult
    func commit(_ files: [String: String], message: String = "change") throws -> String {
        for (name, text) in files { try folder.write(text, to: name) }
        try git("add", "-A")
        try git("commit", "-q", "-m", message)
        return try git("rev-parse", "HEAD")
    }

    /// Runs git in the repository, or in `place`, and returns what it printed.
    @discardableResult
    func git(_ arguments: String..., at place: String? = nil) throws -> String {
        try run(
            ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
                + arguments, in: place ?? path)
    }

    private func run(_ arguments: [String], in place: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: place)
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw GitFixtureError(arguments: arguments, status: process.terminationStatus)
        }
        return String(decoding: output, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

struct GitFixtureError: Error {
    let arguments: [String]
    let status: Int32
}
