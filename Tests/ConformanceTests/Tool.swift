import Foundation
import TestSupport

/// Programs run to their end.
enum Tool {
    struct Result {
        let status: Int32
        let out: String
        let error: String
    }

    /// The built `nlpipe`: it lies beside the bundle of tests.
    static let nlpipe: String? = {
        let candidates =
            [CommandLine.arguments.first].compactMap { $0 } + CommandLine.arguments
            + Bundle.allBundles.map(\.bundlePath)
        return candidates.lazy
            .map {
                URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(
                    "nlpipe"
                ).path
            }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Runs `program` in `folder`; files take its output, for no output is too large for them.
    static func run(
        _ program: String, _ arguments: [String], in folder: String,
        environment: [String: String] = [:]
    ) throws -> Result {
        let scratch = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment
            .merging(["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]) { $1 }
            .merging(environment) { $1 }
        try scratch.write("", to: "out")
        try scratch.write("", to: "error")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: scratch.file("out"))
        process.standardError = FileHandle(forWritingAtPath: scratch.file("error"))
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            out: try String(contentsOfFile: scratch.file("out"), encoding: .utf8),
            error: try String(contentsOfFile: scratch.file("error"), encoding: .utf8))
    }
}
