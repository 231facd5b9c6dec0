import Glibc
import Synchronization

/// One failure of the file system on demand, for tests of the built program: the environment
/// variable `NLPIPE_FAILPOINT` is `<operation>:<n>:<effect>`.
///
/// The n-th system call of that kind, counted over all threads, is not made: the process is killed
/// there, or the call fails with the error named. `<n>+` means that call and all after it. See
/// `docs/reliability.md`.
public enum Failpoint {
    /// A kind of system call.
    enum Operation: String, CaseIterable {
        case open, read, write, fsync, rename, mkdir, unlink, lock, link
    }

    /// What happens in place of the call, or to it.
    enum Effect: Equatable {
        case kill
        case error(Int32)
        /// A call that moves bytes moves one only, which is no failure.
        case short
    }

    struct Setting: Equatable {
        /// Nil: all that change something.
        var operation: Operation?
        var number: Int
        var lasts: Bool
        var effect: Effect
    }

    static let variable = "NLPIPE_FAILPOINT"
    private static let changes: Set<Operation> = [.write, .fsync, .rename, .mkdir, .unlink, .link]
    private static let errors: [String: Int32] = [
        "EACCES": EACCES, "EDQUOT": EDQUOT, "EINTR": EINTR, "EIO": EIO, "EMFILE": EMFILE,
        "ENFILE": ENFILE, "ENOSPC": ENOSPC, "EROFS": EROFS, "EXDEV": EXDEV,
    ]

    private static let setting: Setting? = getenv(variable).flatMap {
        parse(String(cString: $0))
    }
    private static let count = Atomic<Int>(0)

    /// Whether the variable is set.
    public static var isSet: Bool { setting != nil }

    /// Throws `FailpointError` where the variable is set and says nothing that can be done: a test
    /// whose failure never comes would pass for the wrong reason.
    public static func check() throws {
        guard setting == nil, let text = getenv(variable) else { return }
        throw FailpointError.notUnderstood(text: String(cString: text))
    }

    /// Whether the call that is about to be made has to fail; `errno` is set then.
    static func strikes(_ operation: Operation) -> Bool {
        guard let setting, setting.effect != .short, isDue(operation, setting) else { return false }
        if case .error(let code) = setting.effect { errno = code } else { kill(getpid(), SIGKILL) }
        return true
    }

    /// How many of `bytes` the call that is about to be made may move.
    static func allowance(_ operation: Operation, _ bytes: Int) -> Int {
        guard let setting, setting.effect == .short, bytes > 1, isDue(operation, setting) else {
            return bytes
        }
        return 1
    }

    static func parse(_ text: String) -> Setting? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3,
            let number = Int(parts[1].hasSuffix("+") ? parts[1].dropLast() : parts[1]),
            number > 0
        else { return nil }
        let operation = Operation(rawValue: String(parts[0]))
        guard operation != nil || parts[0] == "any" else { return nil }
        let effect: Effect
        switch parts[2] {
        case "kill": effect = .kill
        case "short": effect = .short
        case let name:
            guard let code = errors[String(name)] else { return nil }
            effect = .error(code)
        }
        return Setting(
            operation: operation, number: number, lasts: parts[1].hasSuffix("+"), effect: effect)
    }

    private static func isDue(_ operation: Operation, _ setting: Setting) -> Bool {
        guard setting.operation.map({ $0 == operation }) ?? changes.contains(operation) else {
            return false
        }
        let number = count.add(1, ordering: .relaxed).newValue
        return number == setting.number || setting.lasts && number > setting.number
    }
}

/// A failpoint that cannot be set.
public enum FailpointError: Error, Equatable, CustomStringConvertible {
    case notUnderstood(text: String)

    /// The message: a line that stands alone, then facts.
    public var description: String {
        switch self {
        case .notUnderstood(let text):
            """
            \(Failpoint.variable): error: '\(text)' names no failure
              expected: <operation>:<n>:<effect>, such as rename:3:kill or write:2+:ENOSPC
            hint: docs/reliability.md lists operations and effects
            """
        }
    }
}
