import CGit2

/// Which commits a command looks at, beside the working folder.
public enum RevisionScope: Sendable {
    /// The tips of all branches.
    case branches
    /// All tags.
    case tags
    /// Every commit of every branch and tag.
    case commits
}

extension Repository {
    /// The commits in `scopes` with the names that they go by, those of one commit joined with commas;
    /// branches, then tags, by name, then commits, newest first, by their full names.
    public func revisions(
        _ scopes: [RevisionScope]
    ) throws(RepositoryError) -> [(name: String, commit: Commit)] {
        var names: [(String, Commit)] = []
        if scopes.contains(where: { $0 == .branches }) {
            for name in try references(below: "refs/heads/") {
                names.append((name, try resolve("refs/heads/\(name)")))
            }
        }
        if scopes.contains(where: { $0 == .tags }) {
            // A tag may also name a tree or a file.
            for name in try references(below: "refs/tags/") {
                if let commit = try? resolve("refs/tags/\(name)") { names.append((name, commit)) }
            }
        }
        if scopes.contains(where: { $0 == .commits }) {
            let known = Set(names.map(\.1.id))
            for id in try allCommits() where !known.contains(id) {
                names.append((id, try resolve(id)))
            }
        }
        var positions: [String: Int] = [:]
        var found: [(name: String, commit: Commit)] = []
        for (name, commit) in names {
            if let position = positions[commit.id] {
                found[position].name += ",\(name)"
            } else {
                positions[commit.id] = found.count
                found.append((name, commit))
            }
        }
        return found
    }

    func references(below prefix: String) throws(RepositoryError) -> [String] {
        var list = git_strarray()
        defer { git_strarray_dispose(&list) }
        let code = git_reference_list(&list, handle)
        guard code >= 0 else {
            throw .failed(action: "list its references", detail: GitFailure(code: code).message)
        }
        return (0..<list.count).compactMap { list.strings[$0].map { String(cString: $0) } }
            .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
    }

    private func allCommits() throws(RepositoryError) -> [String] {
        var walk: OpaquePointer?
        defer { git_revwalk_free(walk) }
        var code = git_revwalk_new(&walk, handle)
        if code >= 0 { code = git_revwalk_sorting(walk, GIT_SORT_TIME.rawValue) }
        for pattern in ["refs/heads/*", "refs/tags/*"] where code >= 0 {
            code = git_revwalk_push_glob(walk, pattern)
        }
        guard code >= 0 else {
            throw .failed(action: "list its commits", detail: GitFailure(code: code).message)
        }
        var found: [String] = []
        var id = git_oid()
        while git_revwalk_next(&id, walk) == 0 { found.append(hex(&id)) }
        return found
    }
}
