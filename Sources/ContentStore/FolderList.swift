extension ObjectStore {
    /// Keeps the list of a folder's files, without the files, so that a later difference can be told
    /// by file; nothing happens where it is there.
    public func keepList(of manifest: Manifest, scratch: Scratch) throws {
        let digest = manifest.content.digest
        guard manifest.isFolder, try fileSystem.linkStatus(path(of: digest)) == nil else { return }
        let temporary = scratch.next()
        try fileSystem.create(temporary, manifest.bytes, mode: 0o444)
        try makeFolders(for: [digest.start])
        try publish(temporary, as: digest)
        try fileSystem.synchronise(folder(digest.start))
    }
}
