import Foundation

/// Names a process so that another one, later with the same number, is not taken for it.
public enum ProcessMark {
    /// This process: its number and when it was started, in the kernel's ticks since the start.
    public static let own: String? = mark(of: getpid())

    /// True while the process that gave the mark runs on this machine.
    public static func isAlive(_ mark: String) -> Bool {
        guard let number = mark.split(separator: " ").first.flatMap({ Int32($0) }) else {
            return false
        }
        return self.mark(of: number) == mark
    }

    /// `number ticks` as proc(5) has them; nil for a process that is not there or is only left for
    /// its parent to ask about.
    private static func mark(of process: Int32) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else {
            return nil
        }
        // The name, in parentheses, may hold anything; the state follows it, and 19 fields on the
        // time of the start.
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?
            .split(separator: " ")
        guard let fields, fields.count > 19, fields[0] != "Z" else { return nil }
        return "\(process) \(fields[19])"
    }
}
