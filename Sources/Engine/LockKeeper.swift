import Pipelines
import Synchronization

/// The lock while a run changes it, by one stage or by several at once.
///
/// The file is not written for every stage: a few entries wait, at most one for sixteen that the
/// file holds, so that a run of many stages takes time in proportion to their number. An entry that
/// is lost with the process costs a look into the run cache; one that the run cache does not have is
/// written at once.
final class LockKeeper: Sendable {
    private struct State {
        var lock: LockFile
        var unwritten = 0
        /// Whether the file has entries of stages that are no longer defined.
        var isStale: Bool
    }

    private static let writtenPerWaiting = 16

    private let session: Session
    private let state: Mutex<State>

    init(_ session: Session, _ lock: LockFile) {
        let defined = Set(session.project.pipeline.stages.map(\.name))
        let kept = lock.entries.filter { defined.contains($0.key) }
        self.session = session
        state = Mutex(
            State(lock: LockFile(entries: kept), isStale: kept.count != lock.entries.count))
    }

    func entry(of stage: String) -> LockEntry? { state.withLock { $0.lock.entries[stage] } }

    /// Puts down what a stage was made from; nothing is written where the lock says so already.
    func record(_ entry: LockEntry, of stage: String, atOnce: Bool) throws {
        try state.withLock { state in
            guard state.isStale || state.lock.entries[stage] != entry else { return }
            state.lock.entries[stage] = entry
            state.unwritten += 1
            let waiting = state.unwritten * LockKeeper.writtenPerWaiting
            if atOnce || waiting >= state.lock.entries.count { try write(&state) }
        }
    }

    /// Writes what waits.
    func flush() throws {
        try state.withLock { state in
            if state.unwritten > 0 { try write(&state) }
        }
    }

    private func write(_ state: inout State) throws {
        try session.writeLock(state.lock)
        state.unwritten = 0
        state.isStale = false
    }
}
