import Foundation

/// Why a side could not do its work.
struct SideError: Error, CustomStringConvertible {
    let side: String, reason: String
    var description: String { "\(side): \(reason)" }
}

/// A process that does one work, a round at a time, and otherwise waits.
final class Side {
    /// How a side is started.
    struct Command: Sendable {
        var label: String
        var program: String
        var arguments: [String]
        var environment: [String: String] = [:]
    }

    /// What it said of itself when it was ready.
    private(set) var about = Answer()
    private let label: String
    private let process = Process()
    private let input = Pipe(), output = Pipe()
    private var rest = Data()

    /// Starts the process and waits until it is ready.
    init(_ command: Command, settings: Settings) throws {
        label = command.label
        process.executableURL = URL(fileURLWithPath: command.program)
        process.arguments = command.arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(command.environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        about = try ask(JSONEncoder().encode(settings))
    }

    /// Does one round.
    func round() throws -> [String: Double] {
        let answer = try ask(Data(#"{"round":true}"#.utf8))
        guard let values = answer.values else {
            throw SideError(side: label, reason: "answered a round without figures")
        }
        return values
    }

    /// Processor seconds that it has used.
    var cpuSeconds: Double { CPUTime.of(process: process.processIdentifier) }

    /// Lets the process end.
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func ask(_ line: Data) throws -> Answer {
        try input.fileHandleForWriting.write(contentsOf: line + Data("\n".utf8))
        let answer = try JSONDecoder().decode(Answer.self, from: readLine())
        if let error = answer.error { throw SideError(side: label, reason: error) }
        return answer
    }

    private func readLine() throws -> Data {
        let newline = UInt8(ascii: "\n")
        while true {
            if let end = rest.firstIndex(of: newline) {
                let line = Data(rest[..<end])
                rest = Data(rest[rest.index(after: end)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else {
                throw SideError(side: label, reason: "ended without an answer")
            }
            rest += more
        }
    }
}
