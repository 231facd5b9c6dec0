public import Foundation

/// Programs that tests run: the built `nlpipe`, git and others, without the user's settings of git.
public enum Program {
    /// What one run of a program printed, and how it ended.
    public struct Result: Sendable {
        /// The exit code, or the number of the signal that ended it.
        public let status: Int32
        /// Standard output.
        public let out: String
        /// Standard error.
        public let error: String

        /// Creates a result, of a run that was made elsewhere.
        public init(status: Int32, out: String, error: String) {
            self.status = status
            self.out = out
            self.error = error
        }

        /// The lines of standard output.
        public var lines: [String] { out.split(separator: "\n").map(String.init) }
        /// The first line of standard error.
        public var firstError: String { error.split(separator: "\n").first.map(String.init) ?? "" }
    }

    /// The folder of build products: the program lies beside the bundle of tests.
    public static var products: URL {
        get throws {
            let candidates =
                [CommandLine.arguments.first].compactMap { $0 } + CommandLine.arguments
                + Bundle.allBundles.map(\.bundlePath)
            for candidate in candidates {
                let folder = URL(fileURLWithPath: candidate).deletingLastPathComponent()
                let program = folder.appendingPathComponent("nlpipe").path
                if FileManager.default.isExecutableFile(atPath: program) { return folder }
            }
            throw ProgramError.notBuilt(candidates)
        }
    }

    /// Runs nlpipe in `folder`.
    public static func nlpipe(
        _ arguments: [String], in folder: String, input: String = "",
        environment: [String: String] = [:]
    ) throws -> Result {
        try run(
            try products.appendingPathComponent("nlpipe").path, arguments, in: folder,
            input: input, environment: environment)
    }

    /// Runs nlpipe in `folder` under a limit of the shell's `ulimit`, such as `-f 64`.
    public static func nlpipe(
        _ arguments: [String], in folder: String, limit: String
    ) throws -> Result {
        let program = try products.appendingPathComponent("nlpipe").path
        return try run(
            "/bin/sh", ["-c", "ulimit \(limit); exec \"$0\" \"$@\"", program] + arguments,
            in: folder)
    }

    /// Starts nlpipe in `folder`; what it prints is not kept.
    public static func start(
        _ arguments: [String], in folder: String, error: FileHandle = .nullDevice,
        environment: [String: String] = [:]
    ) throws -> Process {
        let process = Process()
        process.executableURL = try products.appendingPathComponent("nlpipe")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = error
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        try process.run()
        return process
    }

    /// Starts nlpipe in `folder`; what it prints is read from `output` while it runs.
    public static func start(
        _ arguments: [String], in folder: String, output isRead: Bool
    ) throws -> (process: Process, output: Pipe) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = try products.appendingPathComponent("nlpipe")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = isRead ? pipe : FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, pipe)
    }

    /// Runs git in `folder`; anything but success is an error.
    @discardableResult
    public static func git(_ arguments: String..., in folder: String) throws -> String {
        try git(arguments, in: folder)
    }

    /// Runs git in `folder`; anything but success is an error.
    @discardableResult
    public static func git(_ arguments: [String], in folder: String) throws -> String {
        let settings = [
            "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main",
            "-c", "protocol.file.allow=always",
        ]
        let result = try run("/usr/bin/env", ["git"] + settings + arguments, in: folder)
        guard result.status == 0 else { throw ProgramError.failed(arguments, result.error) }
        return result.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs `program`, with files for what it reads and prints: no output is too large for them.
    public static func run(
        _ program: String, _ arguments: [String], in folder: String, input: String = "",
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
        try scratch.write(input, to: "in")
        try scratch.write("", to: "out")
        try scratch.write("", to: "error")
        process.standardInput = FileHandle(forReadingAtPath: scratch.file("in"))
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

/// Why a test could not go on.
public enum ProgramError: Error {
    /// The built program is in none of these places.
    case notBuilt([String])
    /// A program was called with arguments and said why it failed.
    case failed([String], String)
}
