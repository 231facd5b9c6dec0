import CGit2

extension Repository {
    /// Sets values in the configuration of this clone (`.git/config`); what has them is left alone.
    ///
    /// - Throws: `RepositoryError.failed` where it cannot be written.
    public func configure(_ values: [(name: String, value: String)]) throws {
        do {
            var all: OpaquePointer?
            defer { git_config_free(all) }
            try check(git_repository_config(&all, handle))
            var local: OpaquePointer?
            defer { git_config_free(local) }
            try check(git_config_open_level(&local, all, GIT_CONFIG_LEVEL_LOCAL))
            for (name, value) in values {
                try check(git_config_set_string(local, name, value))
            }
        } catch let failure {
            throw RepositoryError.failed(
                action: "write the configuration of git", detail: failure.message)
        }
    }
}
