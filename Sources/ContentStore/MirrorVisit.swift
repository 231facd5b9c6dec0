import Glibc

/// Work with a remote that rclone reaches, through a mirror: a folder in a remote's layout on this
/// machine, into which files are brought before they are looked at, so that they are checked and
/// taken like those of a folder.
struct MirrorVisit: RemoteVisit {
    let folder: String
    let objects: ObjectStore
    let scratch: Scratch
    private let rclone: Rclone
    private let fileSystem: any FileSystem
    private let options: ObjectTransfer.Options
    /// A folder that goes with the visit.
    private let temporary: String?

    /// So many bytes are mirrored at a time.
    private static let mostMirrored = 1 << 30

    /// Works with a mirror at a path where nothing is.
    init(
        _ rclone: Rclone, mirror: String, scratch: Scratch, temporary: String? = nil,
        layout: Layout, fileSystem: any FileSystem, options: ObjectTransfer.Options
    ) {
        folder = mirror
        objects = ObjectStore(folder: mirror, layout: layout, fileSystem: fileSystem)
        self.rclone = rclone
        self.scratch = scratch
        self.temporary = temporary
        self.fileSystem = fileSystem
        self.options = options
    }

    /// Works with a mirror outside the project: a run that begins meanwhile clears what it finds
    /// there.
    init(
        elsewhere rclone: Rclone, layout: Layout, fileSystem: any FileSystem,
        options: ObjectTransfer.Options
    ) throws {
        let folder = try MirrorVisit.temporaryFolder()
        self.init(
            rclone, mirror: "\(folder)/mirror", scratch: Scratch(folder: folder),
            temporary: folder, layout: layout, fileSystem: fileSystem, options: options)
    }

    func end() { if let temporary { try? fileSystem.remove(temporary) } }

    private static func temporaryFolder() throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = "\(base)/nlpipe-push-XXXXXX".utf8CString.map { $0 }
        guard mkdtemp(&template) != nil else { throw FileError.last("create a folder in", base) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func place(of digest: Digest) -> String { "\(rclone.target)/\(name(of: digest))" }

    // MARK: Files by name

    func names(below folders: [String]) throws -> [String] {
        try rclone.names(below: folders, call())
    }

    func bring(_ names: [String]) throws {
        guard !names.isEmpty else { return }
        try fileSystem.makeFolder(folder)
        try rclone.receive(names, to: folder, call())
    }

    func dispatch(_ names: [String]) throws { try rclone.send(names, from: folder, call()) }

    private func call(
        progress: @escaping @Sendable (_ files: Int, _ bytes: Int) -> Void = { _, _ in }
    ) -> Rclone.Call {
        Rclone.Call(
            scratch: scratch, fileSystem: fileSystem, jobs: options.jobs,
            cancelled: options.cancelled, progress: progress)
    }

    // MARK: Objects

    func presence(of digests: [Digest]) throws -> Set<Digest> {
        let names = digests.map(name)
        let sizes = try rclone.sizes(of: names, call())
        return Set(zip(digests, names).filter { sizes[$0.1] != nil }.map(\.0))
    }

    func send(
        _ items: [ObjectTransfer.Item], from store: ObjectStore
    ) async throws -> ObjectTransfer.Outcome {
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

    func receive(
        _ items: [ObjectTransfer.Item], into store: ObjectStore, scratch: Scratch
    ) async throws -> ObjectTransfer.Outcome {
        var silent = options
        silent.progress = { _ in }
        let transfer = ObjectTransfer(from: objects, to: store, scratch: scratch, options: silent)
        var outcome = ObjectTransfer.Outcome()
        let items = unique(items)
        let wanted = try items.filter { try !store.has($0.digest, size: $0.size) }
        let missing = Set(wanted)
        outcome.add(try await transfer.run(items.filter { !missing.contains($0) }))
        try fileSystem.makeFolder(folder)
        let report = options.progress
        for batch in batches(wanted) {
            let (done, bytes) = (items.count - wanted.count + outcome.moved.count, outcome.bytes)
            let names = batch.map { name(of: $0.digest) }
            let total = items.count
            do {
                try rclone.receive(
                    names, to: folder,
                    call { report(.init(done: done + $0, total: total, bytes: bytes + $1)) })
            } catch {
                // What has come need not come again.
                var rest = silent
                rest.cancelled = { false }
                _ = try? await ObjectTransfer(
                    from: objects, to: store, scratch: scratch, options: rest
                ).run(batch)
                throw error
            }
            outcome.add(try await transfer.run(batch))
            try objects.remove(batch.map(\.digest))
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
            if batches.isEmpty || bytes > MirrorVisit.mostMirrored {
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
            defer { try? objects.remove(batch.map(\.digest)) }
            return try batch.filter {
                try !objects.has($0.digest, size: nil)
                    || !objects.isSound($0.digest)
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
