extension Remote {
    /// Which of the objects are there, as far as can be told without reading them; nothing is
    /// changed, and a folder that is not there has none.
    ///
    /// - Parameter visit: of what rclone reaches, for it needs a place for lists of names.
    public func presence(
        of digests: [Digest], visit: RemoteVisit?, cancelled: @escaping @Sendable () -> Bool
    ) throws -> Set<Digest> {
        guard let rclone, let visit else {
            return Set(try digests.filter { try objects.has($0, size: nil) })
        }
        let start = visit.remote.folder.utf8.count + 1
        let names = digests.map { String(visit.remote.objects.path(of: $0).dropFirst(start)) }
        let call = Rclone.Call(
            scratch: visit.scratch, fileSystem: fileSystem, cancelled: cancelled)
        let sizes = try rclone.sizes(of: names, call)
        return Set(zip(digests, names).filter { sizes[$0.1] != nil }.map(\.0))
    }
}

extension ObjectStore {
    /// Whether an object is there, as far as can be told without reading it.
    public func holds(_ digest: Digest) throws -> Bool { try has(digest, size: nil) }
}
