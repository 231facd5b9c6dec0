import ContentStore

/// Removes objects and runs that are not needed any more.
public struct GarbageCollection: Sendable {
    /// What stays besides what the lock needs.
    public struct Scope: Sendable, Equatable {
        /// Locks of other commits: what they need stays as what the lock of the workspace needs.
        public var otherLocks: [LockFile] = []
        /// So many of the newest runs of every stage.
        public var keptRuns = 0
        /// And of the others the newest ones, as long as the cache is not larger than so many bytes.
        public var largestCache: Int?

        /// Keeps what the lock needs, and nothing else.
        public init() {}
    }

    /// A project that keeps its objects in the same cache: what it needs stays too.
    public struct Neighbour: Sendable {
        let project: Project
        let otherLocks: [LockFile]

        /// Describes a project, with the locks of those of its commits that count.
        public init(_ project: Project, otherLocks: [LockFile] = []) {
            self.project = project
            self.otherLocks = otherLocks
        }
    }

    private let project: Project

    /// Creates a collection.
    public init(project: Project) { self.project = project }

    /// Removes what `scope` does not keep, or with `dry` says what that would be.
    ///
    /// Runs go before the objects that they name, so a stop in between leaves objects that nothing
    /// names and the next collection removes. Nothing is flushed: a run that a power cut brings back
    /// names objects that are absent, which counts as none. Throws `LockError` for a damaged lock: what
    /// it needs could not be told. Throws `EngineError.inUse` while another process works on the
    /// project, and `EngineError.cacheInUse` while one works with the cache.
    ///
    /// - Parameter neighbours: projects that use the same cache. Their locks are read while nobody
    ///   works with it, so they name all that is in it for them.
    public func run(
        _ scope: Scope, neighbours: [Neighbour] = [], dry: Bool = false
    ) throws -> CollectionReport {
        let session = try Session(project)
        let held = try session.hold(collecting: !dry)
        defer { withExtendedLifetime(held) {} }
        let plan = try plan(scope, neighbours, session)
        if !dry { try carryOut(plan, session) }
        return plan.report
    }

    private struct Plan {
        var runs: [String] = []
        var objects: [Digest] = []
        var report = CollectionReport()
    }

    private func plan(
        _ scope: Scope, _ neighbours: [Neighbour], _ session: Session
    ) throws -> Plan {
        let locks = [try session.readLock()] + scope.otherLocks
        let inventory = try session.objects.inventory()
        let runs = try session.runCache.all()
        var keeping = Keeping(inventory: inventory, objects: session.objects)
        var locked: Set<Digest> = []
        for entry in locks.flatMap(\.entries.values) {
            try keeping.add(entry.outs)
            keeping.addLists(entry.fingerprint.deps)
            locked.insert(entry.fingerprint.digest)
        }
        for neighbour in neighbours { try keep(neighbour, &keeping) }
        var kept: Set<String> = []
        var counts: [String: Int] = [:]
        for run in runs {
            let stage = run.trace.fingerprint.stage
            counts[stage, default: 0] += 1
            let isNew = counts[stage, default: 0] <= scope.keptRuns
            guard isNew || locked.contains(run.trace.fingerprint.digest) else { continue }
            kept.insert(run.path)
            try keeping.add(run.trace.outs)
        }
        if let largest = scope.largestCache {
            for run in runs where !kept.contains(run.path) {
                var more = keeping
                try more.add(run.trace.outs)
                guard more.bytes <= largest else { break }
                keeping = more
                kept.insert(run.path)
            }
        }

        var plan = Plan()
        plan.runs = try session.runCache.paths().filter { !kept.contains($0) }
        plan.objects = inventory.keys.filter { !keeping.digests.contains($0) }.sorted()
        plan.report.runs = plan.runs.count
        plan.report.objects = plan.objects.count
        plan.report.bytes = plan.objects.reduce(0) { $0 + (inventory[$1] ?? 0) }
        plan.report.keptRuns = kept.count
        plan.report.keptObjects = inventory.count - plan.objects.count
        plan.report.keptBytes = keeping.bytes
        let damaged = session.objects.damagedFolder
        if try project.fileSystem.status(damaged) != nil {
            for name in try project.fileSystem.list(damaged) {
                plan.report.damaged += 1
                plan.report.bytes +=
                    try project.fileSystem.linkStatus("\(damaged)/\(name)")?.size ?? 0
            }
        }
        return plan
    }

    /// What the locks of a neighbour name, and the runs that it can restore by them.
    private func keep(_ neighbour: Neighbour, _ keeping: inout Keeping) throws {
        let session = try Session(neighbour.project)
        let locks = [try session.readLock()] + neighbour.otherLocks
        for entry in locks.flatMap(\.entries.values) {
            try keeping.add(entry.outs)
            keeping.addLists(entry.fingerprint.deps)
            if let run = try session.runCache.trace(of: entry.fingerprint) {
                try keeping.add(run.outs)
            }
        }
    }

    private func carryOut(_ plan: Plan, _ session: Session) throws {
        for path in plan.runs { try project.fileSystem.remove(path) }
        try session.objects.remove(plan.objects)
        try session.objects.removeParts()
        if plan.report.damaged > 0 {
            try project.fileSystem.remove(session.objects.damagedFolder)
        }
    }

    /// The objects that stay, and how large they are.
    private struct Keeping {
        let inventory: [Digest: Int]
        let objects: ObjectStore
        private(set) var digests: Set<Digest> = []
        private(set) var bytes = 0
        /// The folders whose files are among them.
        private var folders: Set<Digest> = []

        init(inventory: [Digest: Int], objects: ObjectStore) {
            self.inventory = inventory
            self.objects = objects
        }

        mutating func add(_ outs: [RecordedOut]) throws {
            for content in outs.compactMap(\.content) {
                add(content.digest)
                guard content.isFolder, folders.insert(content.digest).inserted else { continue }
                // A folder that is there already need not be read again.
                let manifest = try objects.manifest(of: content, settingAside: false)
                for file in manifest?.files ?? [] { add(file.digest) }
            }
        }

        /// The lists of folders that were read, for telling what differs.
        mutating func addLists(_ deps: [Fingerprint.Input]) {
            for content in deps.compactMap(\.content) where content.isFolder {
                if inventory[content.digest] != nil { add(content.digest) }
            }
        }

        private mutating func add(_ digest: Digest) {
            guard digests.insert(digest).inserted else { return }
            bytes += inventory[digest] ?? 0
        }
    }
}

/// What a collection removed, or would remove.
public struct CollectionReport: Sendable, Equatable {
    /// Objects.
    public var objects = 0
    /// Damaged objects that had been moved away.
    public var damaged = 0
    /// Runs.
    public var runs = 0
    /// The bytes of the objects.
    public var bytes = 0
    /// Objects that stay.
    public var keptObjects = 0
    /// Runs that stay.
    public var keptRuns = 0
    /// The bytes of the objects that stay.
    public var keptBytes = 0

    /// True where there is nothing to remove.
    public var isEmpty: Bool { objects == 0 && runs == 0 && damaged == 0 }
}

extension RunCache {
    /// The files of all runs.
    func paths() throws -> [String] {
        guard isCollected, try fileSystem.status(folder) != nil else { return [] }
        return try fileSystem.list(folder).sorted().flatMap { start -> [String] in
            guard try fileSystem.linkStatus("\(folder)/\(start)")?.kind == .folder else {
                return []
            }
            return try fileSystem.list("\(folder)/\(start)").sorted()
                .map { "\(folder)/\(start)/\($0)" }
        }
    }

    /// The runs that can be read, the newest first.
    func all() throws -> [(path: String, trace: Trace)] {
        try paths().compactMap { path -> (path: String, trace: Trace)? in
            guard try fileSystem.linkStatus(path)?.kind == .file,
                let text = String(validating: try fileSystem.bytes(of: path), as: UTF8.self),
                let trace = try? RunCache.trace(text, file: path),
                path == self.path(of: trace.fingerprint.digest)
            else { return nil }
            return (path, trace)
        }
        .sorted { ($1.trace.facts.started, $0.path) < ($0.trace.facts.started, $1.path) }
    }
}
