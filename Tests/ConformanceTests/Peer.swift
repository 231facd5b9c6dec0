import Foundation
import TestSupport

/// Real DVC, as `scripts/peer-dvc.sh` installed it.
enum Peer {
    /// The Python that has it; nil where it is not installed.
    static let python: String? = {
        let script = URL(fileURLWithPath: fixture("")).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scripts/peer-dvc.sh").path
        guard let result = try? Program.run("/bin/sh", [script, "--find"], in: "/"),
            result.status == 0
        else { return nil }
        return result.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }()

    /// Whether the suite runs: where DVC has to be there, it fails rather than being left out.
    static var isWanted: Bool {
        python != nil || ProcessInfo.processInfo.environment["NLPIPE_REQUIRE_PEER"] != nil
    }
}

enum PeerError: Error {
    case notInstalled
    case ended(String)
    case unreadable(String)
}

/// A process that runs DVC commands one after the other.
final class DVCDriver: @unchecked Sendable {
    // One test uses it at a time: `DVCPool` sees to that.
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private let home: TemporaryFolder
    private var pending: [UInt8] = []

    init() throws {
        guard let python = Peer.python else { throw PeerError.notInstalled }
        home = try TemporaryFolder()
        // The user's settings have no say, and nothing is sent anywhere.
        try home.write("[core]\nanalytics = false\ncheck_update = false\n", to: "global/config")
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [fixture("conformance/driver.py")]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "DVC_GLOBAL_CONFIG_DIR": home.file("global"),
            "DVC_SYSTEM_CONFIG_DIR": home.file("system"),
            "DVC_SITE_CACHE_DIR": home.file("site"), "DVC_NO_ANALYTICS": "1", "DVC_TEST": "1",
            "SHELL": "/bin/sh", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
        ]) { $1 }
        process.standardInput = requests
        process.standardOutput = answers
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        try? requests.fileHandleForWriting.close()
        process.terminate()
    }

    private struct Request: Encodable {
        let cd: String
        let args: [String]
        let env: [String: String]
    }

    private struct Answer: Decodable {
        let code: Int32
        let out: String
        let error: String
    }

    /// Runs `dvc` with `arguments` in `folder`.
    func run(
        _ arguments: [String], in folder: String, environment: [String: String]
    ) throws -> Program.Result {
        let request = Request(cd: folder, args: arguments, env: environment)
        try requests.fileHandleForWriting.write(
            contentsOf: JSONEncoder().encode(request) + Data("\n".utf8))
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(pending[..<end])
                pending.removeSubrange(...end)
                let answer = try JSONDecoder().decode(Answer.self, from: line)
                return Program.Result(status: answer.code, out: answer.out, error: answer.error)
            }
            let more = answers.fileHandleForReading.availableData
            if more.isEmpty { throw PeerError.ended("dvc \(arguments.joined(separator: " "))") }
            pending += more
        }
    }
}
