public import ContentStore
public import Pipelines

/// Gets what the lock names from a remote into the cache; the workspace stays as it is.
public struct Fetch: Sendable {
    private let project: Project
    private let remote: Remote
    private let options: ObjectTransfer.Options

    /// Creates a fetch.
    public init(
        project: Project, remote: Remote, options: ObjectTransfer.Options = ObjectTransfer.Options()
    ) {
        self.project = project
        self.remote = remote
        self.options = options
    }

    /// Gets what the lock records of `stages`.
    ///
    /// What the remote has under a name and is not that is reported, and stays out of the cache.
    /// `others` are entries of other commits' locks. Throws `EngineError.inUse` while another process
    /// works on the project.
    public func run(
        _ stages: [Stage], others: [LockEntry] = []
    ) async throws -> TransferReport {
        try require()
        let session = try Session(project)
        let held = try session.hold()
        defer { withExtendedLifetime(held) {} }
        let lock = try session.readLock()
        return try await get(stages.compactMap { lock.entries[$0.name] } + others, session)
    }

    /// Throws where the remote's folder is not there.
    func require() throws { try remote.require() }

    /// Gets what restores a stage with this fingerprint, as far as the remote has it: what the lock
    /// records, or the run of an earlier time or another machine.
    func result(of fingerprint: Fingerprint, locked: LockEntry?, _ session: Session) async throws {
        var entry = locked.flatMap { $0.fingerprint == fingerprint ? $0 : nil }
        if entry == nil {
            let visit = try visit(session)
            let runs = try runs(at: visit)
            try runs.bring([fingerprint], visit)
            let trace = try session.runCache.trace(of: fingerprint) ?? runs.trace(of: fingerprint)
            entry = trace?.lockEntry
        }
        if let entry { _ = try await get([entry], session) }
    }

    private func get(_ entries: [LockEntry], _ session: Session) async throws -> TransferReport {
        let visit = try visit(session)
        let runs = try runs(at: visit)
        try runs.bring(
            entries.map(\.fingerprint).filter { try session.runCache.trace(of: $0) == nil },
            visit)
        var report = TransferReport()
        var fresh: [Trace] = []
        let holdings = try Holdings(entries) { fingerprint in
            if let known = try session.runCache.trace(of: fingerprint) { return known }
            if let trace = try runs.trace(of: fingerprint) {
                fresh.append(trace)
                return trace
            }
            let path = runs.path(of: fingerprint)
            guard try project.fileSystem.status(path) != nil else { return nil }
            if try runs.hasUnsealed(fingerprint) {
                report.unsigned += 1
            } else {
                report.damaged.append(path)
            }
            return nil
        }
        func receive(_ items: [ObjectTransfer.Item]) async throws -> ObjectTransfer.Outcome {
            try await visit.receive(items, into: session.objects, scratch: session.scratch)
        }
        var outcome = try await receive(holdings.manifests)
        let files = try holdings.files { try session.objects.manifest(of: $0) }
        outcome.add(try await receive(holdings.holdings.flatMap { files[$0] ?? [] }))
        for trace in fresh {
            try session.runCache.store(trace, replace: false, scratch: session.scratch)
            report.runs += 1
        }
        report.count(outcome, place: visit.place)
        report.findMissing(holdings, files: files, outcome)
        return report
    }

    private func visit(_ session: Session) throws -> any RemoteVisit {
        try remote.visitToFetch(scratch: session.scratch, options)
    }

    private func runs(at visit: any RemoteVisit) throws -> RunCache {
        RunCache(
            folder: visit.runs, format: project.layout.format,
            fileSystem: project.fileSystem, seal: try Seal(environment: project.environment))
    }
}
