/// Finds the stages that make a path, anything inside it, or a folder around it.
struct OutIndex: Sendable {
    struct Entry: Sendable {
        var out: Out
        /// The stage's position in the file.
        var stage: Int
        /// The out's place among those of its stage.
        var number: Int
    }

    /// Where the first entry of a path is among those of `sorted`.
    private var exact: [String: Int] = [:]
    /// Entries by path, in the order of bytes: what is inside a folder stands together.
    private let sorted: [Entry]

    init(_ stages: [Stage]) {
        var entries: [Entry] = []
        entries.reserveCapacity(stages.count)
        for (position, stage) in stages.enumerated() {
            for (number, out) in stage.outs.enumerated() {
                entries.append(Entry(out: out, stage: position, number: number))
            }
        }
        // Places and not entries, which are large.
        let order = entries.indices.sorted { a, b in
            let (one, other) = (entries[a].out.path, entries[b].out.path)
            if one.utf8.elementsEqual(other.utf8) { return a < b }
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        sorted = order.map { entries[$0] }
        exact.reserveCapacity(sorted.count)
        for (place, entry) in sorted.enumerated() {
            // Names that are written in two ways may be equal and stand apart.
            if let other = exact[entry.out.path], order[other] < order[place] { continue }
            exact[entry.out.path] = place
        }
    }

    func entry(at path: String) -> Entry? { exact[path].map { sorted[$0] } }

    /// The stage and the place among its outs of the first out that is a path.
    func first(at path: String) -> (stage: Int, number: Int)? {
        exact[path].map { (sorted[$0].stage, sorted[$0].number) }
    }

    /// The out that is a folder around `path`; the innermost if there are several.
    func entry(around path: String) -> Entry? {
        guard !exact.isEmpty else { return nil }
        var rest = path.utf8[...]
        while let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
            rest = rest[..<slash]
            if let place = exact[String(Substring(rest))] { return sorted[place] }
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
