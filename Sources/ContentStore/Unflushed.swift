import Synchronization

/// The folders of a store whose newest names may not be durable yet.
///
/// An object that another thread has just given its name can be seen, and be taken for there, before
/// the name is on the disk: who builds on it flushes its folder too.
final class Unflushed: Sendable {
    private let counts = Mutex([Int](repeating: 0, count: 256))

    /// Names are about to come into folders, by the first byte of their objects' digests.
    func begin(_ starts: Set<UInt8>) {
        counts.withLock { counts in for start in starts { counts[Int(start)] += 1 } }
    }

    /// They are durable; where that failed this is not called.
    func end(_ starts: Set<UInt8>) {
        counts.withLock { counts in for start in starts { counts[Int(start)] -= 1 } }
    }

    /// Those of the folders that have such names.
    func among(_ starts: Set<UInt8>) -> Set<UInt8> {
        counts.withLock { counts in starts.filter { counts[Int($0)] > 0 } }
    }
}
