/// Finds the stages that make a path, anything inside it, or a folder around it.
struct OutIndex: Sendable {
    struct Entry: Sendable {
        var out: Out
        /// The stage's position in the file.
        var stage: Int
    }

    private var exact: [String: Entry] = [:]
    /// Entries by path, in the order of bytes: what is inside a folder stands together.
    private let sorted: [Entry]

    init(_ stages: [Stage]) {
        var entries: [Entry] = []
        for (position, stage) in stages.enumerated() {
            entries += stage.outs.map { Entry(out: $0, stage: position) }
        }
        for entry in entries where exact[entry.out.path] == nil { exact[entry.out.path] = entry }
        sorted = entries.sorted { $0.out.path.utf8.lexicographicallyPrecedes($1.out.path.utf8) }
    }

    func entry(at path: String) -> Entry? { exact[path] }

    /// The out that is a folder around `path`; the innermost if there are several.
    func entry(around path: String) -> Entry? {
        guard !exact.isEmpty else { return nil }
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            if let entry = exact[String(rest)] { return entry }
        }
        return nil
    }

    /// The outs inside the folder `path`, by path.
    func entries(inside path: String) -> ArraySlice<Entry> {
        let prefix = Array(path.utf8) + [UInt8(ascii: "/")]
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].out.path.utf8.lexicographicallyPrecedes(prefix) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        let end =
            sorted[low...].firstIndex { !$0.out.path.utf8.starts(with: prefix) } ?? sorted.count
        return sorted[low..<end]
    }

    /// Every out that has to be there before `path` can be read.
    func makers(of path: String) -> [Entry] {
        if let entry = entry(at: path) ?? entry(around: path) { return [entry] }
        return Array(entries(inside: path))
    }

    /// Every out that has to be there before `dep` can be read.
    func makers(of dep: Dep) -> [Entry] {
        guard let glob = dep.glob else { return makers(of: dep.path) }
        let near = glob.base.isEmpty ? sorted : makers(of: glob.base)
        return near.filter { glob.reaches($0.out.path) }
    }
}
