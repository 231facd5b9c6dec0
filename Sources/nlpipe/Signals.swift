import Glibc
import Synchronization

/// Whether the user has asked to stop.
///
/// A signal handler can reach nothing but a global; this is the only one, and it only ever goes from
/// false to true.
private let stopRequested = Atomic<Bool>(false)

/// What the process does with signals.
enum Signals {
    /// A closed pipe and a full disk quota become errors of `write` instead of the end.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// From now on the first SIGINT, SIGTERM or SIGHUP (a closed terminal) only raises a flag; the
    /// second ends the process.
    static func catchInterrupts() {
        // The global is made before a handler can run.
        _ = isStopRequested()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            stopRequested.store(true, ordering: .relaxed)
        }
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
        sigaction(SIGINT, &action, nil)
        sigaction(SIGTERM, &action, nil)
        // `nohup` has it ignored, and so it stays.
        var former = sigaction()
        sigaction(SIGHUP, nil, &former)
        if former.__sigaction_handler.sa_handler.map({ unsafeBitCast($0, to: Int.self) }) != 1 {
            sigaction(SIGHUP, &action, nil)
        }
    }

    /// True once the user has asked to stop.
    @Sendable static func isStopRequested() -> Bool {
        stopRequested.load(ordering: .relaxed)
    }
}
