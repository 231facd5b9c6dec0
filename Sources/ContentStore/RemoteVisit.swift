import Glibc

/// A remote while a push or a fetch works with it.
///
/// A folder is worked with where it is. What rclone reaches has a mirror on this machine: a folder in
/// a remote's layout, into which files are brought before they are looked at, so that they are
/// checked and taken like those of a folder.
public struct RemoteVisit: Sendable {
    /// The folder, or the mirror.
    public let remote: Remote
    /// A place for what is in the making: at a folder's own file system, and beside a mirror.
    public let scratch: Scratch
    private let temporary: String?
    private let options: ObjectTransfer.Options

    /// So many bytes are mirrored at a time.
    private static let mostMirrored = 1 << 30

    /// Begins to send: a folder is made where none is.
    public init(pushingTo remote: Remote, options: ObjectTransfer.Options) throws {
        self.options = options
        guard remote.rclone != nil else {
            (self.remote, scratch, temporary) = (remote, try remote.open(), nil)
            return
        }
        // Not in the project: a run that begins meanwhile clears what it finds there.
        let folder = try RemoteVisit.temporaryFolder()
        self.remote = remote.mirrored(in: "\(folder)/mirror")
        scratch = Scratch(folder: folder)
        temporary = folder
    }

    /// Begins to get; `scratch` is at the cache's file system.
    ///
    /// Throws `RemoteError.absent` where no folder is.
    public init(
        fetchingFrom remote: Remote, scratch: Scratch, options: ObjectTransfer.Options
    ) throws {
        self.options = options
        self.scratch = scratch
        temporary = nil
        if remote.rclone == nil {
            try remote.require()
            self.remote = remote
        } else {
            self.remote = remote.mirrored(in: scratch.next())
        }
    }

    /// Removes what is in the making.
    public func end() {
        if let temporary {
            try? remote.fileSystem.remove(temporary)
        } else if remote.rclone == nil {
            remote.close(scratch)
        }
    }

    private static func temporaryFolder() throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = "\(base)/nlpipe-push-XXXXXX".utf8CString.map { $0 }
        guard mkdtemp(&template) != nil else { throw FileError.last("create a folder in", base) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Where an object is, for people.
    public func place(of digest: Digest) -> String {
        remote.rclone.map { "\($0.target)/\(name(of: digest))" } ?? remote.objects.path(of: digest)
    }

    private func name(of digest: Digest) -> String {
        String(remote.objects.path(of: digest).dropFirst(remote.folder.utf8.count + 1))
    }

    // MARK: Files by name

    /// Has those of `names`, relative to the remote, that are there in `remote.folder`.
    public func bring(_ names: [String]) throws {
        guard let rclone = remote.rclone, !names.isEmpty else { return }
        try remote.fileSystem.makeFolder(remote.folder)
        try rclone.receive(names, to: remote.folder, call())
    }

    /// Has an object that is there in `remote.objects`.
    public func bring(_ digest: Digest) throws { try bring([name(of: digest)]) }

    /// Sends files of `remote.folder` on to where the remote really is.
    public func dispatch(_ names: [String]) throws {
        try remote.rclone?.send(names, from: remote.folder, call())
    }

    private func call(
        progress: @escaping @Sendable (_ files: Int, _ bytes: Int) -> Void = { _, _ in }
    ) -> Rclone.Call {
        Rclone.Call(
            scratch: scratch, fileSystem: remote.fileSystem, jobs: options.jobs,
            cancelled: options.cancelled, progress: progress)
    }

    // MARK: Objects

    /// Sees to it that the remote has objects of `store`.
    public func send(
        _ items: [ObjectTransfer.Item], from store: ObjectStore
    ) async throws -> ObjectTransfer.Outcome {
        guard let rclone = remote.rclone else {
            return try await ObjectTransfer(
                from: store, to: remote.objects, scratch: scratch, options: options
            ).run(items)
        }
        let items = unique(items)
        var outcome = ObjectTransfer.Outcome()
        let sizes = try rclone.sizes(of: items.map { name(of: $0.digest) }, call())
        var wanted: [ObjectTransfer.Item] = []
        for item in items {
            let size = try item.size ?? store.size(of: item.digest)
            if let there = sizes[name(of: item.digest)], size == nil || there == size {
                outcome.present.insert(item.digest)
            } else {
                wanted.append(item)
            }
        }
        if options.verify {
            let damaged = try damaged(items.filter { outcome.present.contains($0.digest) })
            outcome.present.subtract(damaged.map(\.digest))
            wanted += damaged
        }
        let ready = try await sound(wanted, in: store, &outcome)
        let (done, total) = (items.count - ready.count, items.count)
        let report = options.progress
        try rclone.send(
            ready.map { name(of: $0.digest) }, from: store.folder,
            call { report(.init(done: done + $0, total: total, bytes: $1)) })
        for item in ready {
            outcome.moved.insert(item.digest)
            outcome.bytes += try store.size(of: item.digest) ?? 0
        }
        return outcome
    }

    /// Sees to it that `store` has objects of the remote.
    public func receive(
        _ items: [ObjectTransfer.Item], into store: ObjectStore, scratch: Scratch
    ) async throws -> ObjectTransfer.Outcome {
        var silent = options
        if remote.rclone != nil { silent.progress = { _ in } }
        let transfer = ObjectTransfer(
            from: remote.objects, to: store, scratch: scratch, options: silent)
        guard let rclone = remote.rclone else { return try await transfer.run(items) }
        var outcome = ObjectTransfer.Outcome()
        let items = unique(items)
        let wanted = try items.filter { try !store.has($0.digest, size: $0.size) }
        let missing = Set(wanted)
        outcome.add(try await transfer.run(items.filter { !missing.contains($0) }))
        try remote.fileSystem.makeFolder(remote.folder)
        let report = options.progress
        for batch in batches(wanted) {
            let (done, bytes) = (items.count - wanted.count + outcome.moved.count, outcome.bytes)
            let names = batch.map { name(of: $0.digest) }
            let total = items.count
            do {
                try rclone.receive(
                    names, to: remote.folder,
                    call { report(.init(done: done + $0, total: total, bytes: bytes + $1)) })
            } catch {
                // What has come need not come again.
                var rest = silent
                rest.cancelled = { false }
                _ = try? await ObjectTransfer(
                    from: remote.objects, to: store, scratch: scratch, options: rest
                ).run(batch)
                throw error
            }
            outcome.add(try await transfer.run(batch))
            try remote.objects.remove(batch.map(\.digest))
        }
        return outcome
    }

    private func unique(_ items: [ObjectTransfer.Item]) -> [ObjectTransfer.Item] {
        var seen: Set<Digest> = []
        return items.filter { seen.insert($0.digest).inserted }
    }

    private func batches(_ items: [ObjectTransfer.Item]) -> [[ObjectTransfer.Item]] {
        var batches: [[ObjectTransfer.Item]] = []
        var bytes = 0
        for item in items {
            if batches.isEmpty || bytes > RemoteVisit.mostMirrored {
                batches.append([])
                bytes = 0
            }
            bytes += item.size ?? 0
            batches[batches.count - 1].append(item)
        }
        return batches
    }

    /// Those that the store has and whose bytes are what their names say; the others are noted.
    private func sound(
        _ items: [ObjectTransfer.Item], in store: ObjectStore,
        _ outcome: inout ObjectTransfer.Outcome
    ) async throws -> [ObjectTransfer.Item] {
        let found = Gathered<(item: ObjectTransfer.Item, fate: Bool?)>()
        let cancelled = options.cancelled
        try await Parallel.forEach(items, jobs: options.jobs) { item in
            if cancelled() { throw CancellationError() }
            let isThere = try store.has(item.digest, size: nil)
            found.add((item, isThere ? try store.isSound(item.digest) : nil))
        }
        for (item, fate) in found.all {
            if fate == nil { outcome.absent.insert(item.digest) }
            if fate == false { outcome.damaged.insert(item.digest) }
        }
        return found.all.filter { $0.fate == true }.map(\.item)
    }

    /// Those that are something else at the remote than their names say: all are brought and read.
    private func damaged(_ items: [ObjectTransfer.Item]) throws -> [ObjectTransfer.Item] {
        try batches(items).flatMap { batch in
            try bring(batch.map { name(of: $0.digest) })
            defer { try? remote.objects.remove(batch.map(\.digest)) }
            return try batch.filter {
                try !remote.objects.has($0.digest, size: nil)
                    || !remote.objects.isSound($0.digest)
            }
        }
    }
}

extension ObjectStore {
    /// The bytes of an object; nil where it is not there.
    func size(of digest: Digest) throws -> Int? {
        let status = try fileSystem.linkStatus(path(of: digest))
        return status?.kind == .file ? status?.size : nil
    }
}
