import CGit2

extension Repository {
    /// True if a tracked file differs from HEAD, in the index or in the working folder.
    ///
    /// - Parameter untracked: also count files that git neither tracks nor ignores.
    public func isDirty(untracked: Bool = false) throws(RepositoryError) -> Bool {
        var options = git_status_options()
        git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES.rawValue
        if untracked { options.flags |= GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue }
        // The first change ends the walk: a positive result is the callback's own.
        let code = git_status_foreach_ext(handle, &options, { _, _, _ in 1 }, nil)
        if code < 0 {
            throw .failed(action: "compare files", detail: GitFailure(code: code).message)
        }
        return code > 0
    }

    /// The name that git would give the patch from HEAD to the working folder; nil without one.
    ///
    /// It tells apart two runs of the same commit with different edits. Untracked files are no part
    /// of it.
    public func patchID() throws(RepositoryError) -> String? {
        do { return try findPatchID() } catch {
            throw .failed(action: "compare files", detail: error.message)
        }
    }

    private func findPatchID() throws(GitFailure) -> String? {
        var object: OpaquePointer?
        defer { git_object_free(object) }
        try check(git_revparse_single(&object, handle, "HEAD^{tree}"))
        var options = git_diff_options()
        git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
        options.flags = GIT_DIFF_IGNORE_SUBMODULES.rawValue
        var diff: OpaquePointer?
        defer { git_diff_free(diff) }
        try check(git_diff_tree_to_workdir_with_index(&diff, handle, object, &options))
        guard git_diff_num_deltas(diff) > 0 else { return nil }
        var text = git_buf()
        defer { git_buf_dispose(&text) }
        try check(git_diff_to_buf(&text, diff, GIT_DIFF_FORMAT_PATCH))
        var id = git_oid()
        try check(git_odb_hash(&id, text.ptr, text.size, GIT_OBJECT_BLOB))
        return hex(&id)
    }
}
