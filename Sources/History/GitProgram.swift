import Foundation
import Glibc

/// The program `git`, for what writes into a repository: it knows the user's filters, credentials and
/// transports.
///
/// No hook of the repository runs, the user's index is never touched, and variables that a calling git
/// has set for its own hooks do not count.
public struct GitProgram: Sendable {
    /// The folder to work in, absolute.
    public let folder: String
    /// Variables beside those of this process.
    private var variables: [String: String] = [:]

    /// Names a folder inside a working tree.
    public init(in folder: String) { self.folder = folder }

    /// The same with an index of its own.
    func using(index: String) -> GitProgram {
        var other = self
        other.variables["GIT_INDEX_FILE"] = index
        return other
    }

    /// The same with an author and committer that git can name, also where none is configured.
    func withIdentity() -> GitProgram {
        guard (try? run("var", "GIT_COMMITTER_IDENT")) == nil else { return self }
        var other = self
        for role in ["AUTHOR", "COMMITTER"] {
            other.variables["GIT_\(role)_NAME"] = "nlpipe"
            other.variables["GIT_\(role)_EMAIL"] = "nlpipe@localhost"
        }
        return other
    }

    /// Runs git and returns what it printed, without the line's end.
    ///
    /// - Throws: `RepositoryError.failed` with what git says where it does not end with 0, and where
    ///   there is no git.
    @discardableResult
    public func run(_ arguments: String..., input: [UInt8] = []) throws(RepositoryError) -> String {
        try run(arguments, input: input)
    }

    /// Runs git and returns what it printed, without the line's end.
    @discardableResult
    public func run(_ arguments: [String], input: [UInt8] = []) throws(RepositoryError) -> String {
        let output = try bytes(arguments, input: input)
        return String(decoding: output, as: UTF8.self)
            .trimmingCharacters(in: .newlines)
    }

    /// Runs git and returns the parts of its output between zero bytes.
    func parts(_ arguments: [String], input: [UInt8] = []) throws(RepositoryError) -> [String] {
        try bytes(arguments, input: input).split(separator: 0)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func bytes(_ arguments: [String], input: [UInt8]) throws(RepositoryError) -> [UInt8] {
        let verb = "git " + (arguments.first ?? "")
        do {
            let ended = try start(arguments, input: input)
            guard ended.status == 0 else {
                let said = String(decoding: ended.error, as: UTF8.self)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                throw RepositoryError.failed(
                    action: "do '\(verb)'", detail: said.isEmpty ? "status \(ended.status)" : said)
            }
            return [UInt8](ended.output)
        } catch let error as RepositoryError {
            throw error
        } catch {
            throw .failed(
                action: "do '\(verb)'",
                detail: "the program cannot be started: \(error.localizedDescription)")
        }
    }

    private func start(
        _ arguments: [String], input: [UInt8]
    ) throws -> (status: Int32, output: Data, error: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "git", "-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null",
                "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "core.quotePath=false",
            ] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = environment
        let (output, error, source) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        process.standardInput = source
        try process.run()
        // All three at once: git may wait for any of them.
        let said = Drain(error.fileHandleForReading)
        let fed = Thread {
            try? source.fileHandleForWriting.write(contentsOf: Data(input))
            try? source.fileHandleForWriting.close()
        }
        fed.start()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, printed, said.wait())
    }

    private var environment: [String: String] {
        var all = ProcessInfo.processInfo.environment
        for name in Self.foreign { all[name] = nil }
        all.merge(["LC_ALL": "C", "GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0"]) { $1 }
        return all.merging(variables) { $1 }
    }

    private static let foreign = [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE",
    ]
}

/// Reads a pipe to its end on a thread of its own.
private final class Drain: @unchecked Sendable {
    // Written by the thread before it signals, read after waiting for that.
    private var data = Data()
    private let ended = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
        Thread { [self] in
            data = (try? handle.readToEnd()) ?? Data()
            ended.signal()
        }.start()
    }

    func wait() -> Data {
        ended.wait()
        return data
    }
}
