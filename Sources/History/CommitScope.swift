import CGit2

/// Which commits of a repository are meant.
public struct CommitScope: Sendable, Equatable {
    /// The newest commit of every branch, local and remote.
    public var branches = false
    /// The commits that tags name.
    public var tags = false
    /// Every commit that a branch, a tag or HEAD leads to.
    public var all = false
    /// The commits of all experiments, with those between them and their baselines, and of those that
    /// wait or failed.
    public var experiments = false
    /// These revisions, each with so many commits in all, back along first parents.
    public var revisions: [String] = []
    /// How many commits count for each of the revisions.
    public var count = 1
    /// Every commit that was made at this moment or later, in seconds since 1970.
    public var since: Int64?

    /// Means no commit.
    public init() {}

    /// True where no commit is meant.
    public var isEmpty: Bool {
        !branches && !tags && !all && !experiments && revisions.isEmpty && since == nil
    }
}

extension Repository {
    /// The commits that `scope` means, each once.
    ///
    /// - Throws: `RepositoryError` for revisions that are none, and for damage.
    public func commits(in scope: CommitScope) throws -> [Commit] {
        var found: [Commit] = []
        var seen: Set<String> = []
        func add(_ commits: [Commit]) {
            found += commits.filter { seen.insert($0.id).inserted }
        }
        if scope.branches {
            add(try commits(ofReferences: ["refs/heads/*", "refs/remotes/*"]))
            if let head = try head() { add([head]) }
        }
        if scope.tags { add(try commits(ofReferences: ["refs/tags/*"])) }
        if scope.experiments {
            for experiment in try self.experiments() {
                add(try commits(from: experiment.id, downTo: experiment.baseline))
            }
            add(try commits(ofReferences: ["refs/nlpipe/queue/*", "refs/nlpipe/failed/*"]))
        }
        for revision in scope.revisions {
            add(try ancestors(of: resolve(revision), limit: max(1, scope.count)))
        }
        if scope.all || scope.since != nil {
            let reachable = try reachableCommits()
            add(scope.all ? reachable : reachable.filter { $0.time >= scope.since ?? 0 })
        }
        return found
    }

    /// The commits that the references of these patterns name; what is no commit is left out.
    private func commits(ofReferences patterns: [String]) throws -> [Commit] {
        try patterns.flatMap { pattern -> [Commit] in
            var iterator: OpaquePointer?
            defer { git_reference_iterator_free(iterator) }
            try attempt { git_reference_iterator_glob_new(&iterator, handle, pattern) }
            var names: [String] = []
            var name: UnsafePointer<CChar>?
            while git_reference_next_name(&name, iterator) == 0 {
                if let name { names.append(String(cString: name)) }
            }
            return names.compactMap { try? resolve($0) }
        }
    }

    /// A commit with its first parents, down to one of them, which is left out.
    private func commits(from id: String, downTo end: String) throws -> [Commit] {
        var found = [try resolve(id)]
        while let last = found.last, found.count < 1000, let parent = try? resolve("\(last.id)^"),
            parent.id != end
        {
            found.append(parent)
        }
        return found
    }

    private func reachableCommits() throws -> [Commit] {
        var walk: OpaquePointer?
        defer { git_revwalk_free(walk) }
        try attempt { git_revwalk_new(&walk, handle) }
        for pattern in ["refs/heads/*", "refs/remotes/*", "refs/tags/*"] {
            try attempt { git_revwalk_push_glob(walk, pattern) }
        }
        // Without a commit there is no HEAD yet.
        if try head() != nil { try attempt { git_revwalk_push_head(walk) } }
        var found: [Commit] = []
        var id = git_oid()
        while git_revwalk_next(&id, walk) == 0 {
            var object: OpaquePointer?
            defer { git_commit_free(object) }
            guard git_commit_lookup(&object, handle, &id) == 0, let object else { continue }
            found.append(Commit(id: hex(&id), summary: "", time: git_commit_time(object)))
        }
        return found
    }

    /// The different contents that the file at `path`, relative to `folder`, has in `commits`, each
    /// with the first commit that has it.
    public func versions(
        of path: String, below folder: String, in commits: [Commit]
    ) throws -> [(commit: Commit, bytes: [UInt8])] {
        let full = try prefix(of: folder) + path
        var seen: Set<String> = []
        var found: [(commit: Commit, bytes: [UInt8])] = []
        for commit in commits {
            var id = git_oid()
            try attempt { git_oid_fromstr(&id, commit.id) }
            var object: OpaquePointer?
            defer { git_commit_free(object) }
            try attempt { git_commit_lookup(&object, handle, &id) }
            var tree: OpaquePointer?
            defer { git_tree_free(tree) }
            try attempt { git_commit_tree(&tree, object) }
            var entry: OpaquePointer?
            defer { git_tree_entry_free(entry) }
            guard git_tree_entry_bypath(&entry, tree, full) == 0,
                git_tree_entry_type(entry) == GIT_OBJECT_BLOB,
                let blobID = git_tree_entry_id(entry), seen.insert(hex(blobID)).inserted
            else { continue }
            var blob: OpaquePointer?
            defer { git_blob_free(blob) }
            try attempt { git_blob_lookup(&blob, handle, blobID) }
            let bytes = git_blob_rawcontent(blob).map {
                [UInt8](UnsafeRawBufferPointer(start: $0, count: Int(git_blob_rawsize(blob))))
            }
            found.append((commit, bytes ?? []))
        }
        return found
    }

    private func attempt(_ body: () -> Int32) throws {
        do { try check(body()) } catch let failure {
            throw RepositoryError.failed(action: "look through commits", detail: failure.message)
        }
    }
}
