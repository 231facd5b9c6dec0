extension FileStatus {
    /// Whether it is the same as `other` but for the number of names, and what goes with it.
    func isBut(links other: FileStatus) -> Bool {
        names != other.names && inode == other.inode && device == other.device
            && size == other.size && modified == other.modified
    }
}

extension Workspace {
    /// Whether any file at a path relative to the root is a link into the cache, or has further
    /// names: who writes to it writes to something else as well.
    public func isLinked(at path: String) throws -> Bool {
        let folder = layout.cache.hasPrefix("/") ? layout.cache : join(root, layout.cache)
        return try isLinked(join(root, path), cache: try fileSystem.resolve(folder) ?? folder)
    }

    private func isLinked(_ absolute: String, cache: String) throws -> Bool {
        guard let status = try fileSystem.linkStatus(absolute) else { return false }
        return try isLinked(absolute, status, cache: cache)
    }

    private func isLinked(
        _ absolute: String, _ status: FileStatus, cache: String
    ) throws -> Bool {
        switch status.kind {
        case .link: try fileSystem.resolve(absolute)?.hasPrefix(cache + "/") == true
        case .file: status.names > 1
        case .other: false
        case .folder:
            try fileSystem.entries(absolute).contains {
                try isLinked("\(absolute)/\($0.name)", $0.status, cache: cache)
            }
        }
    }

    /// Puts copies in the place of links at a path relative to the root, so that it can be written
    /// to; false, with nothing done, where there are none.
    @discardableResult
    public func unprotect(_ path: String, scratch: Scratch) throws -> Bool {
        guard try isLinked(at: path) else { return false }
        let manifest = try manifest(at: path)
        let made = scratch.next()
        try copy(join(root, path), to: made)
        let before = fileSystem.now()
        try place(made, at: path, scratch: scratch)
        if let manifest { try adopt(manifest, at: path, before: before) }
        return true
    }
}
