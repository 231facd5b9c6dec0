import ContentStore

/// Which files of a folder came, went and changed.
enum FolderDifference {
    private static let shown = 3

    /// `a.txt modified, b.txt is new, and 4 more`; nil where nothing differs.
    static func words(from old: [Manifest.File], to new: [Manifest.File]) -> String? {
        list(changes(from: old, to: new))
    }

    /// The first of some changes and the number of the others; nil where there are none.
    static func list(_ changes: [String]) -> String? {
        guard !changes.isEmpty else { return nil }
        let more = changes.count > shown ? ", and \(changes.count - shown) more" : ""
        return changes.prefix(shown).joined(separator: ", ") + more
    }

    private static func changes(from old: [Manifest.File], to new: [Manifest.File]) -> [String] {
        let (changed, added, removed) = compare(old, new)
        var gone = removed
        var changes = changed.map { ($0.path, $0.words) }
        for file in added {
            // The same bytes under another name.
            if let index = gone.firstIndex(where: { $0.digest == file.digest }) {
                let former = gone.remove(at: index).path
                changes.append((file.path, "\(former) renamed to \(file.path)"))
            } else {
                changes.append((file.path, "\(file.path) is new"))
            }
        }
        return changes.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map(\.1)
            + gone.map { "\($0.path) deleted" }
    }

    /// One walk along both lists, which are sorted by path.
    private static func compare(
        _ old: [Manifest.File], _ new: [Manifest.File]
    ) -> (
        changed: [(path: String, words: String)], added: [Manifest.File], removed: [Manifest.File]
    ) {
        var changed: [(path: String, words: String)] = []
        var (added, removed): ([Manifest.File], [Manifest.File]) = ([], [])
        var (before, after) = (old[...], new[...])
        while let known = before.first, let file = after.first {
            if known.path.utf8.elementsEqual(file.path.utf8) {
                if known.digest != file.digest {
                    changed.append((file.path, "\(file.path) modified"))
                } else if known.executable != file.executable {
                    let word = file.executable ? "now" : "no longer"
                    changed.append((file.path, "\(file.path) is \(word) executable"))
                }
                before.removeFirst()
                after.removeFirst()
            } else if known.path.utf8.lexicographicallyPrecedes(file.path.utf8) {
                removed.append(known)
                before.removeFirst()
            } else {
                added.append(file)
                after.removeFirst()
            }
        }
        return (changed, added + after, removed + before)
    }
}
