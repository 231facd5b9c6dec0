public import ContentStore
public import Pipelines

/// Which objects are in only one of cache and remote; nothing is changed.
public struct CloudStatus: Sendable {
    /// What an object's places say of it, in DVC's words.
    public enum State: String, Sendable, Equatable {
        /// In the cache alone: a push would send it.
        case new
        /// In the remote alone: a fetch would get it.
        case deleted
        /// In neither.
        case missing
    }

    /// An object that is not in both.
    public struct Item: Sendable, Equatable {
        /// The out that it is the content of, or a file in one.
        public var path: String
        /// Where it is.
        public var state: State
    }

    private let project: Project
    private let remote: Remote
    private let cancelled: @Sendable () -> Bool

    /// Creates a comparison.
    public init(
        project: Project, remote: Remote, cancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.project = project
        self.remote = remote
        self.cancelled = cancelled
    }

    /// Compares what the lock records of `stages`, and what other commits' locks do.
    ///
    /// Every object counts once, under the first path that has it. A folder whose list is in neither
    /// is missing as a whole: which files it had cannot be told. As in DVC, a list that only the remote
    /// has is not named beside the files of its folder that only the remote has.
    ///
    /// - Parameters:
    ///   - stages: whose outs are meant.
    ///   - others: entries of other commits' locks.
    ///   - folder: what the paths are relative to, as seen from the root.
    public func items(
        of stages: [Stage], others: [LockEntry] = [], from folder: String = ""
    ) throws -> [Item] {
        let session = try Session(project)
        let lock = try session.readLock()
        let entries = stages.compactMap { lock.entries[$0.name] } + others
        let holdings = Holdings(entries) { _ in nil }.holdings.filter(\.isRequired)
        var options = ObjectTransfer.Options()
        options.cancelled = cancelled
        let visit = try remote.visitToLook(options)
        defer { visit.end() }
        var named: [(digest: Digest, path: String)] = []
        var seen: Set<Digest> = []
        var files: [Digest: [Digest]] = [:]
        func add(_ digest: Digest, _ path: String) {
            if seen.insert(digest).inserted { named.append((digest, path)) }
        }
        for holding in holdings {
            add(holding.content.digest, holding.path)
            guard holding.content.isFolder else { continue }
            let list = try manifest(of: holding.content, session, visit)?.files ?? []
            files[holding.content.digest] = list.map(\.digest)
            for file in list {
                add(file.digest, "\(holding.path)/\(file.path)")
            }
        }
        let there = try visit.presence(of: named.map(\.digest))
        var states: [Digest: State] = [:]
        for (digest, _) in named {
            switch (try session.objects.holds(digest), there.contains(digest)) {
            case (true, true): break
            case (true, false): states[digest] = .new
            case (false, true): states[digest] = .deleted
            case (false, false): states[digest] = .missing
            }
        }
        for (list, files) in files where states[list] == .deleted {
            if files.contains(where: { states[$0] == .deleted }) { states[list] = nil }
        }
        return named.compactMap { digest, path in
            states[digest].map { Item(path: RelativePath.text(path, from: folder), state: $0) }
        }
        .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The list of a folder's files, from the cache or else from the remote.
    private func manifest(
        of content: Content, _ session: Session, _ visit: any RemoteVisit
    ) throws -> Manifest? {
        if let known = try session.objects.manifest(of: content, settingAside: false) {
            return known
        }
        try visit.bring(content.digest)
        return try visit.objects.manifest(of: content, settingAside: false)
    }
}
