import CGit2
import Glibc

/// A git repository opened for reading.
///
/// libgit2's handles may not be shared between threads, so neither may this: open one where it is
/// needed, which costs a fraction of a millisecond.
public final class Repository {
    let handle: OpaquePointer

    /// The folder of the working tree with a trailing `/`; nil in a bare repository.
    public let workingFolder: String?

    /// Opens the repository that `folder` is in, walking up as git does.
    ///
    /// Ownership is not validated: containers and CI run as another user than the one who cloned,
    /// and nothing that a repository contains is executed here.
    ///
    /// - Throws: `RepositoryError` if there is none or it cannot be read.
    public init(containing folder: String) throws(RepositoryError) {
        if let message = nlpipe_git_load() {
            throw .failed(action: "start libgit2", detail: String(cString: message))
        }
        guard GitLibrary.isReady else {
            throw .failed(action: "start libgit2", detail: GitFailure(code: -1).message)
        }
        var opened: OpaquePointer?
        let code = git_repository_open_ext(&opened, folder, 0, nil)
        guard code >= 0, let opened else {
            let failure = GitFailure(code: code)
            if failure.isNotFound { throw .notARepository(folder: folder) }
            throw .unsupported(folder: folder, detail: failure.message)
        }
        handle = opened
        workingFolder = git_repository_workdir(opened).map { String(cString: $0) }
    }

    deinit {
        git_repository_free(handle)
    }

    /// True in a clone whose history was cut (`git clone --depth`).
    public var isShallow: Bool { git_repository_is_shallow(handle) == 1 }

    /// The commit that is checked out, also when detached; nil before the first commit.
    public func head() throws(RepositoryError) -> Commit? {
        if git_repository_head_unborn(handle) == 1 { return nil }
        return try resolve("HEAD")
    }

    /// The commit that `revision` names: anything `git rev-parse` understands, tags included.
    ///
    /// - Throws: `RepositoryError.unknownRevision` and its neighbours.
    public func resolve(_ revision: String) throws(RepositoryError) -> Commit {
        var object: OpaquePointer?
        defer { git_object_free(object) }
        let code = git_revparse_single(&object, handle, revision)
        if code == GIT_EAMBIGUOUS.rawValue { throw .ambiguousRevision(revision) }
        guard code >= 0, let object else {
            throw .unknownRevision(revision, shallow: isShallow)
        }
        var peeled: OpaquePointer?
        defer { git_object_free(peeled) }
        guard git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) >= 0, let peeled,
            let id = git_object_id(peeled)
        else { throw .notACommit(revision) }
        return Commit(
            id: hex(id), summary: git_commit_summary(peeled).map { String(cString: $0) } ?? "",
            time: git_commit_time(peeled))
    }

    /// The commits from `commit` back along first parents, newest first, at most `limit`.
    public func ancestors(of commit: Commit, limit: Int) throws(RepositoryError) -> [Commit] {
        var found = [commit]
        while found.count < limit, let last = found.last {
            // A shallow clone ends here as a root commit does.
            guard let parent = try? resolve("\(last.id)^") else { break }
            found.append(parent)
        }
        return Array(found.prefix(max(0, limit)))
    }

    /// The files of `commit` below `folder`, an absolute path inside the working folder.
    public func files(
        of commit: Commit, below folder: String
    ) throws(RepositoryError) -> RevisionFiles {
        RevisionFiles(root: folder, commit: commit, prefix: try prefix(of: folder))
    }

    /// `folder`, an absolute path, relative to the working folder; "" for the working folder itself.
    public func path(of folder: String) throws(RepositoryError) -> String {
        String(try prefix(of: folder).dropLast())
    }

    /// `folder` relative to the working folder, with a trailing `/`; "" for the working folder.
    func prefix(of folder: String) throws(RepositoryError) -> String {
        guard let workingFolder else {
            throw .unsupported(folder: folder, detail: "a bare repository")
        }
        let resolved = realPath(folder) + "/"
        let base = realPath(workingFolder) + "/"
        guard resolved.hasPrefix(base) else {
            throw .outsideWorkingFolder(folder: folder, repository: workingFolder)
        }
        return String(resolved.dropFirst(base.count))
    }
}

/// libgit2 itself, set up once for the process: its options are global and not for changing later.
private enum GitLibrary {
    static let isReady: Bool = {
        guard git_libgit2_init() > 0 else { return false }
        // `git sparse-checkout` sets the extension; it only says where configuration is.
        return nlpipe_git_skip_owner_validation() == 0
            && nlpipe_git_allow_extension("worktreeconfig") == 0
    }()
}

/// The 40 digits of an object name.
func hex(_ id: UnsafePointer<git_oid>) -> String {
    var digits = [CChar](repeating: 0, count: 40)
    git_oid_fmt(&digits, id)
    return String(decoding: digits.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// `path` with symbolic links resolved and without a trailing `/`; unchanged if it does not exist.
func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    let text = String(cString: resolved)
    return text == "/" ? "" : text
}
