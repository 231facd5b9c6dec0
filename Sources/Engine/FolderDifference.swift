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
        let before = Dictionary(old.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let present = Set(new.map(\.path))
        var gone = old.filter { !present.contains($0.path) }
        var changes: [String] = []
        for file in new {
            guard let known = before[file.path] else {
                // The same bytes under another name.
                if let index = gone.firstIndex(where: { $0.digest == file.digest }) {
                    changes.append("\(gone.remove(at: index).path) renamed to \(file.path)")
                } else {
                    changes.append("\(file.path) is new")
                }
                continue
            }
            if known.digest != file.digest {
                changes.append("\(file.path) modified")
            } else if known.executable != file.executable {
                changes.append(
                    "\(file.path) is \(file.executable ? "now" : "no longer") executable")
            }
        }
        return changes + gone.map { "\($0.path) deleted" }
    }
}
