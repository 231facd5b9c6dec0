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
        var entries: [String: LockEntry]
        /// The names of the entries in the order of the file.
        var names: [String]
        /// Stage → the lines of its entry, as far as they have been made.
        var texts: [String: String] = [:]
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
            State(
                entries: kept, names: kept.keys.sorted(by: LockFile.precedes),
                isStale: kept.count != lock.entries.count))
    }

    func entry(of stage: String) -> LockEntry? { state.withLock { $0.entries[stage] } }

    /// Puts down what a stage was made from; nothing is written where the lock says so already.
    func record(_ entry: LockEntry, of stage: String, atOnce: Bool) throws {
        try state.withLock { state in
            guard state.isStale || state.entries[stage] != entry else { return }
            if state.entries.updateValue(entry, forKey: stage) == nil {
                let place = LockKeeper.place(of: stage, in: state.names)
                state.names.insert(stage, at: place)
            }
            state.texts[stage] = nil
            state.unwritten += 1
            let waiting = state.unwritten * LockKeeper.writtenPerWaiting
            if atOnce || waiting >= state.names.count { try write(&state) }
        }
    }

    /// Writes what waits.
    func flush() throws {
        try state.withLock { state in
            if state.unwritten > 0 { try write(&state) }
        }
    }

    private func write(_ state: inout State) throws {
        for (stage, entry) in state.entries where state.texts[stage] == nil {
            state.texts[stage] = LockFile.text(entry, of: stage)
        }
        try session.writeLock(LockFile.text(state.names.compactMap { state.texts[$0] }))
        state.unwritten = 0
        state.isStale = false
    }

    /// Where a name belongs among sorted names.
    private static func place(of stage: String, in names: [String]) -> Int {
        var (low, high) = (0, names.count)
        while low < high {
            let middle = (low + high) / 2
            if LockFile.precedes(names[middle], stage) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
