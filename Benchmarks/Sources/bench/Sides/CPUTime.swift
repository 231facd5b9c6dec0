import Foundation

/// Processor time, from the kernel's accounts.
enum CPUTime {
    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// Seconds that all processors together were busy since the start.
    static var ofMachine: Double {
        let line = text("/proc/stat").prefix { $0 != "\n" }
        let fields = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        guard fields.count == 8 else { return 0 }
        // The fourth and fifth are idle and waiting for a disk.
        return (fields.reduce(0, +) - fields[3] - fields[4]) / ticks
    }

    /// Seconds that a process has used, its threads included and its children not.
    static func of(process: Int32) -> Double {
        // The name, in parentheses, may hold spaces.
        let stat = text("/proc/\(process)/stat")
        guard let end = stat.lastIndex(of: ")") else { return 0 }
        let fields = stat[end...].split(separator: " ").dropFirst()
        let times = fields.dropFirst(11).prefix(2).compactMap { Double($0) }
        return times.reduce(0, +) / ticks
    }

    /// The most memory that a process has held, in megabytes.
    static func peakMegabytes(process: Int32) -> Double {
        let line = text("/proc/\(process)/status").split(separator: "\n")
            .first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
        return (kilobytes.flatMap { Double($0) } ?? 0) * 1024 / 1e6
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
