import Foundation
import TestSupport

/// The built program, run in folders of its own.
struct Program {
    /// What one run of a program printed, and how it ended.
    struct Result {
        let status: Int32
        let out: String
        let error: String

        /// The lines of standard output.
        var lines: [String] { out.split(separator: "\n").map(String.init) }
        /// The first line of standard error.
        var firstError: String { error.split(separator: "\n").first.map(String.init) ?? "" }
    }

    /// The folder of build products: the program lies beside the bundle of tests.
    private static var products: URL {
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
    static func nlpipe(
        _ arguments: [String], in folder: String, input: String = "",
        environment: [String: String] = [:]
    ) throws -> Result {
        try run(
            try products.appendingPathComponent("nlpipe").path, arguments, in: folder,
            input: input, environment: environment)
    }

    /// Runs nlpipe in `folder` under a limit of the shell's `ulimit`, such as `-f 64`.
    static func nlpipe(
        _ arguments: [String], in folder: String, limit: String
    ) throws -> Result {
        let program = try products.appendingPathComponent("nlpipe").path
        return try run(
            "/bin/sh", ["-c", "ulimit \(limit); exec \"$0\" \"$@\"", program] + arguments,
            in: folder)
    }

    /// Starts nlpipe in `folder`; what it prints is not kept.
    static func start(
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

    /// Runs git in `folder`; anything but success is an error.
    @discardableResult
    static func git(_ arguments: String..., in folder: String) throws -> String {
        let settings = [
            "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main",
            "-c", "protocol.file.allow=always",
        ]
        let result = try run("/usr/bin/env", ["git"] + settings + arguments, in: folder)
        guard result.status == 0 else { throw ProgramError.failed(arguments, result.error) }
        return result.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func run(
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
        // Files instead of pipes: no output is too large for them.
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

enum ProgramError: Error {
    case notBuilt([String])
    case failed([String], String)
}

/// A small project in git: sorts a file, and counts its lines into a metrics file.
struct ToyProject {
    let folder: TemporaryFolder
    var path: String { folder.path }

    static let pipeline = """
        stages:
          prepare:
            cmd: sort raw.txt > sorted.txt && echo prepared >> log.txt
            deps: [raw.txt]
            outs: [sorted.txt]
          count:
            cmd: sh count.sh && echo counted >> log.txt
            deps: [sorted.txt, count.sh]
            params: [scale]
            metrics:
              - metrics.json: {cache: false}

        """

    init(pipeline: String = ToyProject.pipeline) throws {
        folder = try TemporaryFolder()
        try folder.write(pipeline, to: "pipeline.yml")
        try folder.write("b\na\n", to: "raw.txt")
        try folder.write("scale: 2\nother: x\n", to: "params.yaml")
        try folder.write(
            """
            scale=$(sed -n 's/^scale: //p' params.yaml)
            echo "{\\"lines\\": $(wc -l < sorted.txt), \\"scale\\": $scale}" > metrics.json
            """, to: "count.sh")
        try folder.write("sorted.txt\nlog.txt\n", to: ".gitignore")
        try Program.git("init", "-q", in: path)
        let made = try nlpipe("init")
        guard made.status == 0 else { throw ProgramError.failed(["init"], made.error) }
    }

    func nlpipe(_ arguments: String..., input: String = "") throws -> Program.Result {
        try Program.nlpipe(arguments, in: path, input: input)
    }

    func commit() throws {
        try Program.git("add", "-A", in: path)
        try Program.git("commit", "-q", "-m", "change", in: path)
    }

    /// What the stages' commands have written about themselves, and forgets it.
    func executed() throws -> [String] {
        let text = (try? String(contentsOfFile: folder.file("log.txt"), encoding: .utf8)) ?? ""
        try folder.write("", to: "log.txt")
        return text.split(separator: "\n").map(String.init)
    }
}
