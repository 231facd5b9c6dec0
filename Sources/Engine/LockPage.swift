import ContentStore
import OrderedCollections
import ParamValues
import Pipelines

/// A lock file while a run changes it.
struct LockPage {
    private let layout: Layout
    private var book: LockBook.Page
    /// Name in the file → the lines of its entry, as far as they have been made.
    private var texts: [String: String] = [:]
    private(set) var isDirty = false

    init(_ page: LockBook.Page, _ layout: Layout) {
        book = page
        self.layout = layout
    }

    var isStale: Bool { book.isStale }
    var count: Int { book.names.count }

    /// Takes note that an entry changed, and finds a place for a new one.
    ///
    /// - Parameter order: the places of stages in the order in which they run, by name in the file.
    mutating func change(_ name: String, isNew: Bool, order: [String: Int]) {
        texts[name] = nil
        book.written[name] = nil
        isDirty = true
        guard isNew, layout.format == .native || !book.names.contains(name) else { return }
        book.names.insert(name, at: place(of: name, order))
    }

    /// The text of the file; `entry` gives the entries of stages that are defined.
    mutating func text(entry: (String) -> LockEntry?) -> String {
        if case .list(let outs) = book.rest["outs"], let name = book.names.first {
            return data(outs, entry(name))
        }
        for name in book.names where texts[name] == nil {
            if let written = book.written[name] {
                texts[name] = BlockYAML.lines([name: written], indent: 2)
            } else if let entry = entry(name) {
                texts[name] = lines(entry, of: name)
            }
        }
        isDirty = false
        book.isStale = false
        let lines = book.names.compactMap { texts[$0] }
        if layout.format == .native { return LockFile.text(lines) }
        var head = book.rest
        head["schema"] = .string(LockBook.schema)
        return BlockYAML.lines(head) + "stages:" + (lines.isEmpty ? " {}\n" : "\n" + lines.joined())
    }

    private func lines(_ entry: LockEntry, of name: String) -> String {
        guard layout.format == .dvc else { return LockFile.text(entry, of: name) }
        let value = DVCRecord.value(of: entry.fingerprint, outs: entry.outs)
        return BlockYAML.lines([name: value], indent: 2)
    }

    /// A `.dvc` file with what its data are now.
    private mutating func data(_ outs: [ParamValue], _ entry: LockEntry?) -> String {
        isDirty = false
        let folder = entry?.fingerprint.directory ?? ""
        book.rest["outs"] = .list(
            outs.map { out in
                guard case .map(let fields) = out, let written = DVCRecord.text(fields["path"]),
                    let path = RelativePath.path(written, in: folder),
                    let content = entry?.content(of: path)
                else { return out }
                return .map(DataRecord.fields(fields, content))
            })
        if book.rest["deps"] != nil {
            book.rest["md5"] = .string(DataRecord.digest(of: book.rest))
        }
        return BlockYAML.lines(book.rest)
    }

    /// Native locks are sorted by name; in those of DVC a new entry follows the nearest one that runs
    /// before it.
    private func place(of name: String, _ order: [String: Int]) -> Int {
        if layout.format == .native {
            var (low, high) = (0, book.names.count)
            while low < high {
                let middle = (low + high) / 2
                if LockFile.precedes(book.names[middle], name) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }
        let own = order[name] ?? .max
        let before = book.names.enumerated().compactMap { index, other in
            order[other].flatMap { $0 < own ? (place: $0, index: index) : nil }
        }
        // Where nothing runs before it, entries that are not this pipeline's stay in front.
        return before.max { $0.place < $1.place }.map { $0.index + 1 } ?? 0
    }
}
