import CGit2

extension Repository {
    /// True if git's index has the file at `path`, or a file below the folder at `path`.
    ///
    /// - Parameters:
    ///   - path: relative to `folder`.
    ///   - folder: an absolute path inside the working folder.
    public func isTracked(_ path: String, below folder: String) throws(RepositoryError) -> Bool {
        let name = try prefix(of: folder) + path
        var index: OpaquePointer?
        defer { git_index_free(index) }
        let code = git_repository_index(&index, handle)
        guard code >= 0 else {
            throw .failed(action: "read its index", detail: GitFailure(code: code).message)
        }
        return git_index_get_bypath(index, name, 0) != nil
            || git_index_find_prefix(nil, index, name + "/") == 0
    }

    /// True if a `.gitignore`, or another of git's rules, leaves out `path`.
    ///
    /// Nothing has to be there: rules for folders count too.
    ///
    /// - Parameters:
    ///   - path: relative to `folder`.
    ///   - folder: an absolute path inside the working folder.
    public func isIgnored(_ path: String, below folder: String) throws(RepositoryError) -> Bool {
        let name = try prefix(of: folder) + path
        for candidate in [name, name + "/"] {
            var ignored: Int32 = 0
            let code = git_ignore_path_is_ignored(&ignored, handle, candidate)
            guard code >= 0 else {
                throw .failed(action: "read its rules", detail: GitFailure(code: code).message)
            }
            if ignored == 1 { return true }
        }
        return false
    }
}
