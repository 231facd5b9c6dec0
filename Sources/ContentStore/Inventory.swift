import Synchronization

extension ObjectStore {
    /// Every object by name, with its number of bytes; what has no digest for a name is none.
    public func inventory() throws -> [Digest: Int] {
        var found: [Digest: Int] = [:]
        let top = "\(folder)/\(layout.objects)"
        guard try fileSystem.status(top) != nil else { return found }
        for start in try fileSystem.list(top) {
            guard try fileSystem.linkStatus("\(top)/\(start)")?.kind == .folder else { continue }
            for rest in try fileSystem.list("\(top)/\(start)") {
                guard start.utf8.count == 2,
                    let digest = Digest(name: start + rest, layout.algorithm),
                    let status = try fileSystem.linkStatus(path(of: digest)), status.kind == .file
                else { continue }
                found[digest] = status.size
            }
        }
        return found
    }

    /// What a look at every object found.
    public struct Verification: Sendable, Equatable {
        /// Objects that were read.
        public var objects = 0
        /// Their bytes.
        public var bytes = 0
        /// Those whose bytes are not what their name says; they were moved away.
        public var damaged: [Digest] = []
    }

    /// Reads every object, and moves away those that are damaged: they count as absent from then on.
    public func verify(options: ObjectTransfer.Options) async throws -> Verification {
        let inventory = try inventory()
        let state = Tally()
        try await Parallel.forEach(inventory.keys.sorted(), jobs: options.jobs) { digest in
            if options.cancelled() { throw CancellationError() }
            let size = inventory[digest] ?? 0
            // Looked at twice: another process may just have put the right bytes in place, or have
            // removed them.
            let isDamaged = try !isSoundOrGone(digest) && !isSoundOrGone(digest)
            if isDamaged { try setAside(digest) }
            let found = state.add(digest, size, isDamaged: isDamaged)
            options.progress(
                ObjectTransfer.Progress(
                    done: found.objects, total: inventory.count, bytes: found.bytes))
        }
        var result = state.result
        result.damaged.sort()
        return result
    }

    private func isSoundOrGone(_ digest: Digest) throws -> Bool {
        do { return try isSound(digest) } catch {
            guard try fileSystem.linkStatus(path(of: digest)) == nil else { throw error }
            return true
        }
    }

    /// Removes objects; those that are gone already do no harm.
    public func remove(_ digests: [Digest]) throws {
        for digest in digests { try fileSystem.remove(path(of: digest)) }
    }

    /// Where damaged objects are.
    public var damagedFolder: String { "\(folder)/damaged" }

    private final class Tally: Sendable {
        private let state = Mutex(Verification())

        var result: Verification { state.withLock { $0 } }

        func add(_ digest: Digest, _ size: Int, isDamaged: Bool) -> Verification {
            state.withLock { found in
                found.objects += 1
                found.bytes += size
                if isDamaged { found.damaged.append(digest) }
                return found
            }
        }
    }
}
