import CGit2

/// What can go wrong between a folder, a revision and a file of it.
public enum RepositoryError: Error, Equatable, CustomStringConvertible {
    case notARepository(folder: String)
    case unsupported(folder: String, detail: String)
    case noCommits(folder: String)
    case unknownRevision(String, shallow: Bool)
    case ambiguousRevision(String)
    case notACommit(String)
    case ambiguousExperiment(String, references: [String])
    case unknownExperiments([String], remote: String?)
    case experimentExists(String)
    case badExperimentName(String, reason: String)
    case outsideWorkingFolder(folder: String, repository: String)
    case failed(action: String, detail: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .notARepository(let folder):
            """
            '\(folder)' is not in a git repository
            hint: run `git init` first; revisions can only be named where there are commits
            """
        case .unsupported(let folder, let detail):
            """
            the git repository of '\(folder)' cannot be read
              found:    \(detail)
              expected: a repository with SHA-1 object names and no unknown extensions
            """
        case .noCommits(let folder):
            """
            the git repository of '\(folder)' has no commit yet
            hint: commit first, or leave the revision out
            """
        case .unknownRevision(let revision, let shallow):
            "revision '\(revision)' is not known"
                + (shallow ? "\nhint: this clone is shallow; try `git fetch --unshallow`" : "")
        case .ambiguousRevision(let revision):
            "revision '\(revision)' fits more than one object\nhint: write more of its digits"
        case .notACommit(let revision):
            "revision '\(revision)' does not lead to a commit"
        case .ambiguousExperiment(let name, let references):
            """
            experiment '\(name)' fits more than one, and none of them alone starts from HEAD
              found:    \(references.joined(separator: "\n            "))
            hint: write the reference in full
            """
        case .unknownExperiments(let names, let remote):
            "no experiment is called \(names.map { "'\($0)'" }.joined(separator: ", "))"
                + (remote.map { " in '\($0)'" } ?? "")
                + "\nhint: 'nlpipe exp list -A\(remote.map { " \($0)" } ?? "")' names them all"
        case .experimentExists(let name):
            """
            experiment '\(name)' exists already, with another result
            hint: -f replaces it; another name keeps both
            """
        case .badExperimentName(let name, let reason):
            """
            '\(name)' cannot be the name of an experiment: \(reason)
              expected: letters, digits, '-' and '_'
            """
        case .outsideWorkingFolder(let folder, let repository):
            "'\(folder)' is not inside the working folder of its git repository '\(repository)'"
        case .failed(let action, let detail):
            "git failed to \(action)\n  found:    \(detail)"
        }
    }
}

/// One failed libgit2 call; read at once because libgit2 keeps only the thread's last error.
struct GitFailure: Error {
    let code: Int32
    let message: String

    init(code: Int32) {
        self.code = code
        if let last = git_error_last(), let text = last.pointee.message {
            message = String(cString: text)
        } else {
            message = "code \(code)"
        }
    }

    var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue }
}

/// Runs one libgit2 call and turns a negative result into `GitFailure`.
func check(_ code: Int32) throws(GitFailure) {
    if code < 0 { throw GitFailure(code: code) }
}
