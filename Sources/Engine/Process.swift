import Dispatch
import Glibc

/// A child process whose output is handed on while it runs.
struct Process: Sendable {
    typealias Ending = EngineError.Ending

    let arguments: [String]
    let environment: [String: String]

    /// - Parameters:
    ///   - arguments: the program's absolute path, then its arguments.
    ///   - folder: the working directory.
    init(arguments: [String], environment: [String: String], folder: String) {
        self.arguments = ["/bin/sh", "-c", Process.starter, "nlpipe", folder] + arguments
        self.environment = environment
    }

    /// What a shell does first.
    ///
    /// `posix_spawn` has no portable way to choose the folder: the shell goes there and hands over.
    /// Before, it leaves a guard in the process group that reads from a pipe whose other end only we
    /// hold: it gets a line when the command has ended, and the end of the file when we were killed.
    /// A command that outlived us would write into the outs of the next run. The SIGTERM of a timeout
    /// is for the command alone.
    private static let starter = """
        ( { trap '' TERM; read -r _ <&3 || kill -KILL 0; } >/dev/null 2>&1 & )
        cd -- "$1" && shift && exec "$@" 3<&-
        """

    /// Runs the process to its end.
    ///
    /// Once `cancelled` says so its process group gets SIGINT, and SIGKILL when that does not help
    /// within `patience`. Once it has `expired` the group gets SIGTERM, then SIGKILL, and nothing of
    /// it is left when this returns.
    func run(
        patience: Duration = .seconds(5), clock: StageClock = .system,
        cancelled: @escaping @Sendable () -> Bool, expired: () -> Bool = { false },
        output: (_ bytes: [UInt8], _ isError: Bool) -> Void
    ) async throws -> Ending {
        var child = try Child(self)
        var stoppedAt: Duration?
        var isLate = false
        while true {
            let isImpatient = stoppedAt.map { clock.now() - $0 > patience } ?? false
            if let ending = child.ending(), child.isDrained || !child.hasOutput(within: 0) {
                if isLate { child.dismissGuard() }
                if isLate, !isImpatient, child.hasGroup {
                    usleep(1000)
                    continue
                }
                if isLate { child.signal(SIGKILL) }
                child.close()
                return ending
            }
            for (bytes, isError) in child.read(within: 50) { output(bytes, isError) }
            if isImpatient {
                child.signal(SIGKILL)
            } else if stoppedAt == nil, cancelled() {
                stoppedAt = clock.now()
                child.signal(SIGINT)
            } else if stoppedAt == nil, expired() {
                isLate = true
                stoppedAt = clock.now()
                child.signal(SIGTERM)
            }
            await Task.yield()
        }
    }
}

/// A started child with the pipes that it writes to.
private struct Child {
    private let number: pid_t
    private var pipes: [(file: Int32, isError: Bool)]
    /// What the guard reads from.
    ///
    /// Our reading end stays open, so that writing cannot fail when the
    /// guard is gone.
    private var guardPipe: (read: Int32, write: Int32)
    private var hasGuard = true
    private var known: Process.Ending?
    /// Microseconds until the next look at a process that prints nothing any more.
    private var pause: UInt32 = 100

    init(_ process: Process) throws {
        let out = try Child.pipe()
        let error = try Child.pipe()
        guardPipe = try Child.pipe()
        pipes = [(out.read, false), (error.read, true)]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, out.write, 1)
        posix_spawn_file_actions_adddup2(&actions, error.write, 2)
        posix_spawn_file_actions_adddup2(&actions, guardPipe.read, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own can be stopped as a whole; what we ignore, the child must not.
        var standard = sigset_t()
        sigfillset(&standard)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &standard)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let variables = process.environment.sorted { $0.key < $1.key }.map {
            "\($0.key)=\($0.value)"
        }
        var started: pid_t = 0
        let code = Child.withCStrings(process.arguments) { arguments in
            Child.withCStrings(variables) { variables in
                posix_spawn(
                    &started, process.arguments[0], &actions, &attributes, arguments, variables)
            }
        }
        Glibc.close(out.write)
        Glibc.close(error.write)
        number = started
        guard code == 0 else {
            close()
            throw ProcessError.notStarted(program: process.arguments[0], code: code)
        }
    }

    var isDrained: Bool { pipes.isEmpty }

    mutating func ending() -> Process.Ending? {
        if let known { return known }
        var status: Int32 = 0
        guard waitpid(number, &status, WNOHANG) == number else { return nil }
        let signal = status & 0x7f
        known = signal == 0 ? .code(status >> 8 & 0xff) : .signal(signal)
        return known
    }

    /// Whether processes of the group are left, the child's own children for one.
    var hasGroup: Bool { kill(-number, 0) == 0 }

    func signal(_ signal: Int32) { kill(-number, signal) }

    func hasOutput(within milliseconds: Int32) -> Bool { !ready(milliseconds).isEmpty }

    /// What has been written, waiting for a moment if nothing has.
    mutating func read(within milliseconds: Int32) -> [(bytes: [UInt8], isError: Bool)] {
        if pipes.isEmpty {
            // Closed its output: most often it is about to end, and seldom it goes on for long.
            usleep(pause)
            pause = min(pause * 2, UInt32(milliseconds) * 200)
            return []
        }
        var pieces: [(bytes: [UInt8], isError: Bool)] = []
        for file in ready(milliseconds) {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = Glibc.read(file, &buffer, buffer.count)
            guard let index = pipes.firstIndex(where: { $0.file == file }) else { continue }
            if count > 0 {
                pieces.append((Array(buffer[..<count]), pipes[index].isError))
            } else if count == 0 || errno != EINTR {
                Glibc.close(file)
                pipes.remove(at: index)
            }
        }
        return pieces
    }

    /// Sends the guard away, who is of the group too.
    mutating func dismissGuard() {
        guard hasGuard else { return }
        hasGuard = false
        _ = Glibc.write(guardPipe.write, "\n", 1)
    }

    /// Sends the guard away and closes all pipes; the child has ended.
    mutating func close() {
        dismissGuard()
        for pipe in pipes { Glibc.close(pipe.file) }
        pipes = []
        Glibc.close(guardPipe.read)
        Glibc.close(guardPipe.write)
    }

    private func ready(_ milliseconds: Int32) -> [Int32] {
        var polled = pipes.map { pollfd(fd: $0.file, events: Int16(POLLIN), revents: 0) }
        guard !polled.isEmpty, poll(&polled, nfds_t(polled.count), milliseconds) > 0 else {
            return []
        }
        return polled.filter { $0.revents != 0 }.map(\.fd)
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else {
            throw ProcessError.notStarted(program: "a pipe", code: errno)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

/// A process that could not be started.
enum ProcessError: Error, CustomStringConvertible {
    case notStarted(program: String, code: Int32)

    var description: String {
        switch self {
        case .notStarted(let program, let code):
            "cannot start '\(program)': \(String(cString: strerror(code)).lowercased())"
        }
    }
}
