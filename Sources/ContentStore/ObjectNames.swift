extension ObjectStore {
    /// Makes names durable that objects get since the value was made.
    struct NameFlush {
        let store: ObjectStore
        let starts: Set<UInt8>
        /// Does it for all folders in one go, where there are many.
        let whole: FileFlush?

        /// - Parameters:
        ///   - named: the objects that got their names.
        ///   - standing: further objects that are built on, whose names another thread may just have
        ///     given.
        func flush(_ named: some Sequence<Digest>, standing: some Sequence<Digest> = []) throws {
            if let whole {
                try whole.flush()
            } else {
                let others = store.unflushed.among(
                    Set(standing.lazy.map(\.start)).subtracting(starts))
                for start in others.union(named.lazy.map(\.start)).sorted() {
                    try store.fileSystem.synchronise(store.folder(start))
                }
            }
            store.unflushed.end(starts)
        }
    }

    /// Objects are about to get names: makes their folders.
    func beginNames(for digests: some Sequence<Digest>) throws -> NameFlush {
        let starts = Set(digests.lazy.map(\.start))
        try makeFolders(for: starts)
        let whole =
            try many(starts.count)
            ? fileSystem.beginFlush(of: "\(folder)/\(layout.objects)") : nil
        unflushed.begin(starts)
        return NameFlush(store: self, starts: starts, whole: whole)
    }

    /// Gives objects their names, for good.
    ///
    /// - Parameter standing: further objects that are built on.
    func name(
        _ made: [(digest: Digest, temporary: String)], standing: some Sequence<Digest>
    ) throws {
        let names = try beginNames(for: made.lazy.map(\.digest))
        for (digest, temporary) in made { try publish(temporary, as: digest) }
        try names.flush(made.lazy.map(\.digest), standing: standing)
    }
}
