/// The entries of a folder in the order of their names' bytes.
///
/// Most names differ within eight bytes, which are compared as one number; what is sorted is places
/// and not entries, which are large.
struct ByName: Sequence {
    private let entries: [FolderEntry]
    private let places: [(key: UInt64, place: Int)]

    /// Sorts entries with different names.
    init(_ entries: [FolderEntry]) {
        self.entries = entries
        places = entries.enumerated().map { (ByName.key($1.name), $0) }
            .sorted { a, b in
                if a.key != b.key { return a.key < b.key }
                return entries[a.place].name.utf8
                    .lexicographicallyPrecedes(entries[b.place].name.utf8)
            }
    }

    /// The first eight bytes, missing ones as zeros, which no name has.
    private static func key(_ name: String) -> UInt64 {
        var key: UInt64 = 0
        var count: UInt64 = 0
        for byte in name.utf8.prefix(8) {
            key = key << 8 | UInt64(byte)
            count += 1
        }
        return count == 0 ? 0 : key << (8 * (8 - count))
    }

    func makeIterator() -> AnyIterator<FolderEntry> {
        var next = places.makeIterator()
        return AnyIterator { next.next().map { entries[$0.place] } }
    }
}
