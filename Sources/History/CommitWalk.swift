import CGit2

/// A line of commits by two ends: `A..B`, `A..`, or `B` alone for everything up to it.
public struct RevisionRange: Sendable, Equatable {
    /// What is left out, with everything that leads to it.
    public var after: String?
    /// The newest.
    public var upTo: String

    /// Reads a range; what is left out after `..` is HEAD.
    public init(_ text: String) {
        if let dots = text.range(of: "..") {
            after = String(text[..<dots.lowerBound])
            let rest = text[dots.upperBound...]
            upTo = rest.isEmpty ? "HEAD" : String(rest)
        } else {
            (after, upTo) = (nil, text)
        }
    }
}

extension Repository {
    /// The commits of `range` along first parents, newest first, at most `limit`.
    ///
    /// A shallow clone ends where it was cut.
    ///
    /// - Throws: `RepositoryError` for revisions that are none.
    public func line(of range: RevisionRange, limit: Int) throws -> [Commit] {
        let newest = try resolve(range.upTo)
        let left = try range.after.map { try commits(of: newest, without: resolve($0)) }
        var found: [Commit] = []
        var next: OpaquePointer? = try lookUp(newest.id)
        defer { git_commit_free(next) }
        while let commit = next, found.count < limit {
            guard let id = git_commit_id(commit).map({ hex($0) }), left?.contains(id) ?? true
            else { break }
            let summary = git_commit_summary(commit).map { String(cString: $0) } ?? ""
            found.append(Commit(id: id, summary: summary, time: git_commit_time(commit)))
            var parent: OpaquePointer?
            if git_commit_parentcount(commit) == 0 || git_commit_parent(&parent, commit, 0) < 0 {
                parent = nil
            }
            git_commit_free(commit)
            next = parent
        }
        return found
    }

    /// The ids of everything that leads to `newest` and not to `old`.
    private func commits(of newest: Commit, without old: Commit) throws -> Set<String> {
        var walk: OpaquePointer?
        defer { git_revwalk_free(walk) }
        var (from, to) = (git_oid(), git_oid())
        try attempt {
            try check(git_oid_fromstr(&to, newest.id))
            try check(git_oid_fromstr(&from, old.id))
            try check(git_revwalk_new(&walk, handle))
            try check(git_revwalk_push(walk, &to))
            try check(git_revwalk_hide(walk, &from))
        }
        var found: Set<String> = []
        var id = git_oid()
        while git_revwalk_next(&id, walk) == 0 { found.insert(hex(&id)) }
        return found
    }

    private func lookUp(_ id: String) throws -> OpaquePointer? {
        var commit: OpaquePointer?
        var name = git_oid()
        try attempt {
            try check(git_oid_fromstr(&name, id))
            try check(git_commit_lookup(&commit, handle, &name))
        }
        return commit
    }

    private func attempt(_ body: () throws -> Void) throws {
        do { try body() } catch let failure as GitFailure {
            throw RepositoryError.failed(action: "follow commits", detail: failure.message)
        }
    }

    /// The names of the contents at `paths` in each of `commits`, by path; what a commit lacks is
    /// left out.
    ///
    /// - Parameters:
    ///   - paths: files, relative to `folder`.
    ///   - folder: an absolute path inside the working folder.
    public func blobs(
        at paths: [String], below folder: String, in commits: [Commit]
    ) throws -> [[String: String]] {
        let prefix = try prefix(of: folder)
        var last: (tree: String, found: [String: String])?
        return try commits.map { commit in
            let object = try lookUp(commit.id)
            defer { git_commit_free(object) }
            let tree = git_commit_tree_id(object).map { hex($0) } ?? ""
            // Most commits change other things, and some nothing at all.
            if let last, last.tree == tree { return last.found }
            let found = try blobs(at: paths, prefix, of: object)
            last = (tree, found)
            return found
        }
    }

    private func blobs(
        at paths: [String], _ prefix: String, of commit: OpaquePointer?
    ) throws -> [String: String] {
        var tree: OpaquePointer?
        defer { git_tree_free(tree) }
        try attempt { try check(git_commit_tree(&tree, commit)) }
        var found: [String: String] = [:]
        for path in paths {
            var entry: OpaquePointer?
            defer { git_tree_entry_free(entry) }
            guard git_tree_entry_bypath(&entry, tree, prefix + path) == 0,
                git_tree_entry_type(entry) == GIT_OBJECT_BLOB, let id = git_tree_entry_id(entry)
            else { continue }
            found[path] = hex(id)
        }
        return found
    }

    /// The content with this name, as `blobs` gives them.
    public func content(ofBlob name: String) throws -> [UInt8] {
        var id = git_oid()
        var blob: OpaquePointer?
        defer { git_blob_free(blob) }
        try attempt {
            try check(git_oid_fromstr(&id, name))
            try check(git_blob_lookup(&blob, handle, &id))
        }
        guard let content = git_blob_rawcontent(blob) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: content, count: Int(git_blob_rawsize(blob))))
    }
}
