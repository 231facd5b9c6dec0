import CGit2
import Glibc
import Pipelines

/// The files of a project in one commit, read from git's objects: nothing is checked out.
///
/// Every call opens the repository anew, which is cheap, so that values can cross threads.
public struct RevisionFiles: ProjectFiles {
    let root: String
    /// The commit that the files are of.
    public let commit: Commit
    let prefix: String

    /// The content of the file at `path`; nil where there is none.
    public func read(_ path: String) throws -> [UInt8]? {
        try object(at: path) { repository, entry in
            guard git_tree_entry_type(entry) == GIT_OBJECT_BLOB else { return nil }
            var blob: OpaquePointer?
            defer { git_blob_free(blob) }
            try check(git_blob_lookup(&blob, repository.handle, git_tree_entry_id(entry)))
            guard let content = git_blob_rawcontent(blob) else { return [] }
            return [UInt8](
                UnsafeRawBufferPointer(start: content, count: Int(git_blob_rawsize(blob))))
        }
    }

    /// The paths of all files below the folder `path`, sorted; `path` itself if it is a file.
    public func list(_ path: String) throws -> [String] {
        let found: [String]? = try object(at: path) { repository, entry in
            guard git_tree_entry_type(entry) == GIT_OBJECT_TREE else { return [path] }
            var tree: OpaquePointer?
            defer { git_tree_free(tree) }
            try check(git_tree_lookup(&tree, repository.handle, git_tree_entry_id(entry)))
            return try files(of: tree, below: path, in: repository)
        }
        return (found ?? []).sorted()
    }

    /// Lists the folders of the commit, all of which are read by now: opening the repository for
    /// each of them would take longer.
    public func lister() throws -> ProjectLister {
        var folders: [String: [ProjectReader.Entry]] = [:]
        try withTree { repository, tree in
            try collect(tree, at: "", in: repository, into: &folders)
        }
        let found = folders
        return { found[$0] ?? [] }
    }

    private func collect(
        _ tree: OpaquePointer?, at path: String, in repository: Repository,
        into folders: inout [String: [ProjectReader.Entry]]
    ) throws {
        var entries: [ProjectReader.Entry] = []
        for index in 0..<git_tree_entrycount(tree) {
            guard let entry = git_tree_entry_byindex(tree, index),
                let name = git_tree_entry_name(entry).map({ String(cString: $0) }),
                !IgnoreRules.alwaysIgnored.contains(name) || name == ".nlpipe"
            else { continue }
            let isFolder = git_tree_entry_type(entry) == GIT_OBJECT_TREE
            entries.append(.init(name: name, isFolder: isFolder))
            guard isFolder, name != ".nlpipe" else { continue }
            var child: OpaquePointer?
            defer { git_tree_free(child) }
            try check(git_tree_lookup(&child, repository.handle, git_tree_entry_id(entry)))
            try collect(
                child, at: path.isEmpty ? name : "\(path)/\(name)", in: repository,
                into: &folders)
        }
        folders[path] = entries
    }

    /// Calls `body` with the tree of the project's root; nothing happens where the commit has none.
    private func withTree(_ body: (Repository, OpaquePointer?) throws -> Void) throws {
        guard prefix.isEmpty else {
            let folder = String(prefix.dropLast())
            _ = try object(at: folder, prefixed: false) { repository, entry -> Void? in
                guard git_tree_entry_type(entry) == GIT_OBJECT_TREE else { return nil }
                var tree: OpaquePointer?
                defer { git_tree_free(tree) }
                try check(git_tree_lookup(&tree, repository.handle, git_tree_entry_id(entry)))
                return try body(repository, tree)
            }
            return
        }
        let repository = try Repository(containing: root)
        try withCommitTree(of: repository, reading: ".") { try body(repository, $0) }
    }

    private func files(
        of tree: OpaquePointer?, below path: String, in repository: Repository
    ) throws -> [String] {
        var found: [String] = []
        for index in 0..<git_tree_entrycount(tree) {
            guard let entry = git_tree_entry_byindex(tree, index),
                let name = git_tree_entry_name(entry)
            else { continue }
            let full = "\(path)/\(String(cString: name))"
            switch git_tree_entry_type(entry) {
            case GIT_OBJECT_BLOB: found.append(full)
            case GIT_OBJECT_TREE:
                var child: OpaquePointer?
                defer { git_tree_free(child) }
                try check(git_tree_lookup(&child, repository.handle, git_tree_entry_id(entry)))
                found += try files(of: child, below: full, in: repository)
            default: break  // a submodule
            }
        }
        return found
    }

    /// Calls `body` with the tree entry at `path`; nil where the commit has none.
    private func object<Value>(
        at path: String, prefixed: Bool = true,
        _ body: (Repository, OpaquePointer?) throws -> Value?
    ) throws -> Value? {
        let repository = try Repository(containing: root)
        return try withCommitTree(of: repository, reading: path) { tree in
            var entry: OpaquePointer?
            defer { git_tree_entry_free(entry) }
            let code = git_tree_entry_bypath(&entry, tree, prefixed ? prefix + path : path)
            if code == GIT_ENOTFOUND.rawValue { return nil }
            try check(code)
            return try body(repository, entry)
        }
    }

    private func withCommitTree<Value>(
        of repository: Repository, reading path: String, _ body: (OpaquePointer?) throws -> Value
    ) throws -> Value {
        do {
            var id = git_oid()
            try check(git_oid_fromstr(&id, commit.id))
            var object: OpaquePointer?
            defer { git_commit_free(object) }
            try check(git_commit_lookup(&object, repository.handle, &id))
            var tree: OpaquePointer?
            defer { git_tree_free(tree) }
            try check(git_commit_tree(&tree, object))
            return try body(tree)
        } catch let failure as GitFailure {
            throw RepositoryError.failed(
                action: "read '\(path)' of commit \(commit.shortID)", detail: failure.message)
        }
    }
}
