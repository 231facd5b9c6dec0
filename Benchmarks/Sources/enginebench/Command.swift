import Foundation

/// What a command cost.
struct Cost {
    /// Wall time in seconds.
    var seconds: Double
    /// The most memory that the process itself held, in megabytes.
    var megabytes: Double
    /// Cores that others kept busy meanwhile.
    var foreign: Double
}

/// A command that did not do its work.
struct CommandError: Error, CustomStringConvertible {
    let command: [String], status: Int32, output: String

    var description: String {
        let tail = output.suffix(2000)
        return "'\(command.joined(separator: " "))' ended with \(status)\n\(tail)"
    }
}

/// Runs commands to their end, as a user at a prompt does, with the output in a file.
struct Command {
    let folder: String
    let environment: [String: String]

    /// Runs `words`; anything but exit code 0 is an error.
    @discardableResult func run(_ words: [String]) throws -> Cost {
        let log = "\(NSTemporaryDirectory())/enginebench-\(getpid()).log"
        let busy = Accounts.busySeconds
        let clock = ContinuousClock(), start = clock.now
        let process = try Child(words, folder: folder, environment: environment, log: log)
        let (status, usage) = process.wait()
        let seconds = (clock.now - start) / .seconds(1)
        defer { try? FileManager.default.removeItem(atPath: log) }
        guard status == 0 else {
            let output = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw CommandError(command: words, status: status, output: output)
        }
        // The kernel's accounts of the machine are in hundredths of a second.
        let others = Accounts.busySeconds - busy - usage.processorSeconds
        return Cost(
            seconds: seconds, megabytes: Double(usage.ru_maxrss) * 1024 / 1e6,
            foreign: max(0, others) / max(seconds, 0.02))
    }
}

/// A process that was started.
private struct Child {
    let number: pid_t

    init(
        _ words: [String], folder: String, environment: [String: String], log: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let variables = environment.map { "\($0.key)=\($0.value)" }
        // A shell goes to the folder and becomes the command: half a millisecond, for either side.
        let words = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder] + words
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var strings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for text in arguments + strings { free(text) } }
        var started: pid_t = 0
        let code = posix_spawnp(&started, words[0], &actions, nil, &arguments, &strings)
        guard code == 0 else {
            throw CommandError(command: words, status: code, output: "cannot be started")
        }
        number = started
    }

    func wait() -> (status: Int32, usage: rusage) {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(number, &status, 0, &usage) < 0, errno == EINTR {}
        return (status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, usage)
    }
}

extension rusage {
    /// Seconds of processor time of the process and of the children that it waited for.
    var processorSeconds: Double {
        Double(ru_utime.tv_sec + ru_stime.tv_sec)
            + Double(ru_utime.tv_usec + ru_stime.tv_usec) / 1e6
    }
}

/// Processor time of the whole machine, from the kernel's accounts.
enum Accounts {
    /// Seconds that all processors together were busy since the start.
    static var busySeconds: Double {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        let fields = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8)
            .compactMap { Double($0) }
        guard fields.count == 8 else { return 0 }
        // The fourth and fifth are idle and waiting for a disk.
        return (fields.reduce(0, +) - fields[3] - fields[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
