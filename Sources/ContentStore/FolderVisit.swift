/// Work with a remote that is a folder: files are there as soon as they are asked for.
struct FolderVisit: RemoteVisit {
    let scratch: Scratch
    private let remote: RemoteFolder
    private let options: ObjectTransfer.Options
    /// Whether the scratch is one that the remote made for this visit.
    private let isOpen: Bool

    /// Begins to get or to look.
    init(_ remote: RemoteFolder, scratch: Scratch, options: ObjectTransfer.Options) {
        (self.remote, self.scratch, self.options, isOpen) = (remote, scratch, options, false)
    }

    /// Begins to send: the folder is made where none is, and in it a place for what is on its way.
    init(pushingTo remote: RemoteFolder, options: ObjectTransfer.Options) throws {
        (self.remote, self.options, isOpen) = (remote, options, true)
        scratch = try remote.open()
    }

    var folder: String { remote.folder }
    var objects: ObjectStore { remote.objects }

    func end() { if isOpen { remote.close(scratch) } }

    func place(of digest: Digest) -> String { objects.path(of: digest) }

    func bring(_ names: [String]) throws {}
    func dispatch(_ names: [String]) throws {}

    func names(below folders: [String]) throws -> [String] {
        let files = objects.fileSystem
        var names: [String] = []
        func add(_ name: String) throws {
            for entry in try files.entries("\(folder)/\(name)") {
                let path = "\(name)/\(entry.name)"
                if entry.status.kind == .folder { try add(path) } else { names.append(path) }
            }
        }
        for name in folders where try files.status("\(folder)/\(name)")?.kind == .folder {
            try add(name)
        }
        return names
    }

    func presence(of digests: [Digest]) throws -> Set<Digest> {
        let stand = try objects.stand(digests.map { ObjectTransfer.Item(digest: $0, size: nil) })
        return Set(zip(digests, stand).lazy.filter(\.1).map(\.0))
    }

    func send(
        _ items: [ObjectTransfer.Item], from store: ObjectStore
    ) async throws -> ObjectTransfer.Outcome {
        try await ObjectTransfer(from: store, to: objects, scratch: scratch, options: options)
            .run(items)
    }

    func receive(
        _ items: [ObjectTransfer.Item], into store: ObjectStore, scratch: Scratch
    ) async throws -> ObjectTransfer.Outcome {
        try await ObjectTransfer(from: objects, to: store, scratch: scratch, options: options)
            .run(items)
    }
}
