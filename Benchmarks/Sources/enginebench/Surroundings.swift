import BenchReport
import Foundation

extension Report.Machine {
    /// This machine, as far as it matters to an engine.
    static var here: Report.Machine {
        let cpu = Text.file("/proc/cpuinfo").split(separator: "\n")
        let name = cpu.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        let memory = Text.file("/proc/meminfo").split(separator: "\n")
            .first { $0.hasPrefix("MemTotal") }?.split(separator: " ").dropFirst().first
        let digests = cpu.contains { $0.hasPrefix("flags") && $0.contains(" sha_ni ") }
        return Report.Machine(
            processor: name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "",
            cores: ProcessInfo.processInfo.processorCount,
            memory: (memory.flatMap { Double($0) } ?? 0) * 1024 / 1e9,
            instructions: digests ? ["sha_ni"] : [], hasTiles: false,
            system: Text.file("/proc/version").split(separator: " ").prefix(3)
                .joined(separator: " "))
    }
}

/// Texts from outside.
enum Text {
    /// A file's text; empty where it cannot be read.
    static func file(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// What a command prints, without the newline at the end.
    static func output(
        of words: [String], in folder: String, _ environment: [String: String]
    ) throws -> String {
        let file = "\(folder)/output"
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        try Command(folder: folder, environment: environment).sh("\(line) > \(file)")
        return Text.file(file).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The date in UTC, `yyyy-mm-dd`.
    static var today: String {
        let style = Date.ISO8601FormatStyle().year().month().day()
        return Date().formatted(style)
    }

    /// The commit that a folder of the project is at, and whether files differ from it.
    static func commit(of folder: String) throws -> String {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder, "describe", "--always", "--dirty"]
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
