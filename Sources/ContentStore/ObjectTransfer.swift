import Synchronization

/// Objects on their way from one store to another.
///
/// Every object is checked against its digest while it is copied, and gets its name only after its
/// bytes are on the disk: what a store has under a name is whole, so a transfer that was stopped is
/// taken up where it was.
public struct ObjectTransfer: Sendable {
    /// One object to have at the target.
    public struct Item: Sendable, Hashable {
        /// Its name.
        public var digest: Digest
        /// The number of bytes; nil where it is not known.
        public var size: Int?

        /// Names an object.
        public init(digest: Digest, size: Int?) {
            self.digest = digest
            self.size = size
        }
    }

    /// What became of the objects.
    public struct Outcome: Sendable, Equatable {
        /// Copied.
        public var moved: Set<Digest> = []
        /// The bytes that were copied.
        public var bytes = 0
        /// There already.
        public var present: Set<Digest> = []
        /// In neither store.
        public var absent: Set<Digest> = []
        /// At the source, with bytes that are not what the name says.
        public var damaged: Set<Digest> = []

        /// Adds what became of further objects.
        public mutating func add(_ other: Outcome) {
            moved.formUnion(other.moved)
            bytes += other.bytes
            if present.isEmpty { present = other.present } else { present.formUnion(other.present) }
            absent.formUnion(other.absent)
            damaged.formUnion(other.damaged)
        }
    }

    /// How far a transfer is.
    public struct Progress: Sendable, Equatable {
        /// Objects that are done.
        public var done: Int
        /// All objects.
        public var total: Int
        /// Bytes copied so far.
        public var bytes: Int
    }

    /// How a transfer is done.
    public struct Options: Sendable {
        /// Objects copied at the same time.
        public var jobs = 4
        /// Reads what the target has instead of believing its size, and replaces what is damaged.
        public var verify = false
        /// Told after every object.
        public var progress: @Sendable (Progress) -> Void = { _ in }
        /// Asked before every object.
        public var cancelled: @Sendable () -> Bool = { false }

        /// The usual way.
        public init() {}
    }

    private let source: ObjectStore
    private let target: ObjectStore
    private let scratch: Scratch
    private let options: Options

    /// Creates a transfer; `scratch` is on the target's file system.
    public init(
        from source: ObjectStore, to target: ObjectStore, scratch: Scratch, options: Options
    ) {
        self.source = source
        self.target = target
        self.scratch = scratch
        self.options = options
    }

    /// Sees to it that the target has the items, each once however often it is named.
    public func run(_ items: [Item]) async throws -> Outcome {
        var seen = Set<Digest>(minimumCapacity: items.count)
        let items = items.filter { seen.insert($0.digest).inserted }
        let record = Record(total: items.count)
        let wanted = Gathered<Item>()
        // Most are there mostly: they are asked about and counted many at a time.
        let parts = stride(from: 0, to: items.count, by: ObjectTransfer.part).map {
            items[$0..<min($0 + ObjectTransfer.part, items.count)]
        }
        try await each(parts) { part in
            var present: [Digest] = []
            for (item, stands) in zip(part, try target.stand(part)) {
                if stands, try !options.verify || target.isSound(item.digest) {
                    present.append(item.digest)
                } else {
                    wanted.add(item)
                }
            }
            if !present.isEmpty { options.progress(record.add(present: present)) }
        }
        let names = try target.beginNames(for: wanted.all.lazy.map(\.digest))
        do {
            for batch in batches(wanted.all) { try await transfer(batch, record) }
        } catch {
            // What was moved may stay; names that a power cut takes back are moved again.
            try? names.flush(record.outcome.moved)
            throw error
        }
        try names.flush(record.outcome.moved)
        return record.outcome
    }

    private static let part = 64

    private enum Fate {
        case moved(Int), absent, damaged
    }

    private func each<Element: Sendable>(
        _ items: [Element], _ body: @escaping @Sendable (Element) throws -> Void
    ) async throws {
        try await Parallel.forEach(items, jobs: options.jobs) { item in
            if options.cancelled() { throw CancellationError() }
            try body(item)
        }
    }

    /// Parts that are flushed and named together: what a stop can cost.
    private func batches(_ items: [Item]) -> [[Item]] {
        var batches: [[Item]] = []
        var bytes = 0
        for item in items {
            if bytes == 0 || bytes > 1 << 27 || batches.last?.count == 4096 {
                batches.append([])
                bytes = 0
            }
            bytes += (item.size ?? 0) + 1
            batches[batches.count - 1].append(item)
        }
        return batches
    }

    private func transfer(_ batch: [Item], _ record: Record) async throws {
        let many = batch.count >= ObjectStore.manyFiles
        let flush = try many ? target.fileSystem.beginFlush(of: scratch.folder) : nil
        let made = Gathered<(digest: Digest, temporary: String, size: Int)>()
        let publish: @Sendable () throws -> Void = {
            for (digest, temporary, size) in made.all {
                try target.publish(temporary, as: digest)
                options.progress(record.add(digest, .moved(size)))
            }
        }
        do {
            try await each(batch) { item in
                guard let (temporary, size) = try copy(item, record, flushing: flush == nil) else {
                    return
                }
                guard flush == nil else {
                    made.add((item.digest, temporary, size))
                    return
                }
                try target.publish(temporary, as: item.digest)
                options.progress(record.add(item.digest, .moved(size)))
            }
        } catch {
            // What is whole need not travel again.
            if (try? flush?.flush()) != nil { try? publish() }
            throw error
        }
        try flush?.flush()
        try publish()
    }

    /// Copies an object, checked, to a file of its own; nil where it is absent or damaged.
    private func copy(
        _ item: Item, _ record: Record, flushing: Bool
    ) throws -> (temporary: String, size: Int)? {
        guard try source.has(item.digest, size: nil) else {
            options.progress(record.add(item.digest, .absent))
            return nil
        }
        let temporary = scratch.next()
        do {
            var digester = Digester(item.digest.algorithm)
            var size = 0
            try source.copy(
                source.path(of: item.digest), to: temporary, mode: 0o444, flushing: flushing
            ) {
                digester.update($0)
                size += $0.count
            }
            guard digester.finish().hasBytes(of: item.digest) else {
                try source.fileSystem.remove(temporary)
                options.progress(record.add(item.digest, .damaged))
                return nil
            }
            return (temporary, size)
        } catch {
            try? source.fileSystem.remove(temporary)
            throw error
        }
    }

    private final class Record: Sendable {
        private struct State {
            /// Without what was present.
            var outcome = Outcome()
            var present: [Digest] = []
        }

        private let total: Int
        private let state = Mutex(State())

        init(total: Int) { self.total = total }

        var outcome: Outcome {
            state.withLock { state in
                var outcome = state.outcome
                outcome.present = Set(state.present)
                return outcome
            }
        }

        func add(_ digest: Digest, _ fate: Fate) -> Progress {
            state.withLock { state in
                switch fate {
                case .moved(let size):
                    state.outcome.moved.insert(digest)
                    state.outcome.bytes += size
                case .absent: state.outcome.absent.insert(digest)
                case .damaged: state.outcome.damaged.insert(digest)
                }
                return progress(state)
            }
        }

        func add(present digests: [Digest]) -> Progress {
            state.withLock { state in
                state.present += digests
                return progress(state)
            }
        }

        private func progress(_ state: State) -> Progress {
            let outcome = state.outcome
            let done =
                outcome.moved.count + state.present.count + outcome.absent.count
                + outcome.damaged.count
            return Progress(done: done, total: total, bytes: outcome.bytes)
        }
    }
}

extension ObjectStore {
    /// Whether an object is there, as far as can be told without reading it.
    func has(_ digest: Digest, size: Int?) throws -> Bool {
        let status = try fileSystem.linkStatus(path(of: digest))
        return status?.kind == .file && (size == nil || status?.size == size)
    }

    /// For each of some objects whether it is there, with its size, as far as can be told without
    /// reading it.
    func stand(_ items: some Collection<ObjectTransfer.Item>) throws -> [Bool] {
        let statuses = try fileSystem.statuses(
            of: items.map { $0.digest.path(in: ObjectStore.here) },
            in: "\(folder)/\(layout.objects)")
        return zip(items, statuses).map { item, status in
            status?.kind == .file && (item.size == nil || status?.size == item.size)
        }
    }

    private static let here = Array(".".utf8)

    /// Whether an object's bytes are what its name says.
    func isSound(_ digest: Digest) throws -> Bool {
        var digester = Digester(digest.algorithm)
        try fileSystem.read(path(of: digest)) { digester.update($0) }
        return digester.finish().hasBytes(of: digest)
    }
}
