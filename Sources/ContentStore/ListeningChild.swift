import Glibc

/// A child process whose output and errors are read line by line until it ends.
struct ListeningChild {
    private let number: pid_t
    private let output: Int32

    /// Starts a program.
    ///
    /// It stays in our process group: the terminal's Ctrl-C reaches it too.
    init(_ words: [String], environment: [String: String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw FileError.last("open", "a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        output = ends[0]
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        // What we ignore or block, the child must not.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let texts = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var variables: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var started: pid_t = 0
        let code = posix_spawn(&started, words[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else {
            close(output)
            throw FileError.failed(action: "start", path: words[0], code: code)
        }
        number = started
    }

    /// Hands over the lines, waits for the end and gives the exit code; once `cancelled` says so the
    /// process is asked to end, and `CancellationError` is thrown.
    func run(cancelled: () -> Bool, line: (Substring) -> Void) throws -> Int32 {
        defer { close(output) }
        var rest: [UInt8] = []
        var isAsked = false
        var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if !isAsked, cancelled() {
                kill(number, SIGINT)
                isAsked = true
            }
            guard poll(&waiting, 1, 50) > 0 else { continue }
            let count = read(output, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line(String(decoding: rest[..<end], as: UTF8.self)[...])
                rest.removeSubrange(...end)
            }
        }
        if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)[...]) }
        var status: Int32 = 0
        while waitpid(number, &status, 0) < 0, errno == EINTR {}
        if isAsked { throw CancellationError() }
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }
}
