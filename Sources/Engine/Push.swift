public import ContentStore
public import Pipelines

/// Sends what the lock names to a remote: objects, then the runs that made them.
public struct Push: Sendable {
    private let project: Project
    private let remote: Remote
    private let options: ObjectTransfer.Options

    /// Creates a push.
    public init(
        project: Project, remote: Remote, options: ObjectTransfer.Options = ObjectTransfer.Options()
    ) {
        self.project = project
        self.remote = remote
        self.options = options
    }

    /// Sends what the lock records of `stages`.
    ///
    /// Files go before the folders that name them, and those before the runs: whatever a remote
    /// names it has, also after a stop. A damaged object of the cache is moved away and not sent.
    /// `others` are entries of other commits' locks.
    public func run(
        _ stages: [Stage], others: [LockEntry] = []
    ) async throws -> TransferReport {
        let session = try Session(project)
        let lock = try session.readLock()
        let holdings = try Holdings(stages.compactMap { lock.entries[$0.name] } + others) {
            try session.runCache.trace(of: $0)
        }
        let visit = try remote.visitToPush(options)
        defer { visit.end() }
        let files = try holdings.files { content in
            if let manifest = try session.objects.manifest(of: content) { return manifest }
            try visit.bring(content.digest)
            return try visit.objects.manifest(of: content)
        }
        var outcome = try await visit.send(
            holdings.holdings.flatMap { files[$0] ?? [] }, from: session.objects)
        let lost = outcome.absent.union(outcome.damaged)
        let whole = holdings.holdings.filter {
            $0.content.isFolder && files[$0]?.allSatisfy { !lost.contains($0.digest) } == true
        }
        outcome.add(
            try await visit.send(
                whole.map { ObjectTransfer.Item(digest: $0.content.digest, size: nil) },
                from: session.objects))
        for digest in outcome.damaged { try session.objects.setAside(digest) }

        var report = TransferReport()
        report.count(outcome, place: session.objects.path)
        report.findMissing(holdings, files: files, outcome)
        let runs = RunCache(
            folder: visit.runs, format: project.layout.format,
            fileSystem: project.fileSystem, seal: try Seal(environment: project.environment))
        try runs.bring(holdings.traces.map(\.fingerprint), visit)
        var made: [String] = []
        for trace in holdings.traces where try runs.trace(of: trace.fingerprint) == nil {
            try runs.store(trace, replace: true, scratch: visit.scratch)
            made.append(runs.name(of: trace))
        }
        try visit.dispatch(made)
        report.runs = made.count
        return report
    }
}
