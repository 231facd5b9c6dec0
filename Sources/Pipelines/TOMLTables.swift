import OrderedCollections

/// The tables of a TOML file while it is read: who defined one decides who may add to it.
///
/// They lie side by side and name each other by position, so that adding to one copies none.
struct TOMLTables {
    enum Kind { case implicit, header, dotted }

    struct Key {
        var name: String
        var location: SourceLocation
    }

    /// A name that is taken, and by what.
    struct Clash: Error {
        var key: Key
        var first: SourceLocation
    }

    private enum Node {
        case value(Located)
        case table(Int)
        /// `[[name]]`: a position in `lists`.
        case tables(Int)
    }

    private struct Entry {
        var node: Node
        var location: SourceLocation
    }

    private struct Table {
        var kind: Kind
        var location: SourceLocation
        var entries: OrderedDictionary<String, Entry> = [:]
    }

    /// The root is the first.
    private var tables: [Table]
    private var lists: [[Int]] = []
    /// The table that the last header opened.
    private var current = 0

    init(at location: SourceLocation) {
        tables = [Table(kind: .header, location: location)]
    }

    /// Opens `[path]`, or appends a table to `[[path]]`.
    mutating func open(_ path: [Key], appending: Bool) throws(Clash) {
        guard let key = path.last else { return }
        var parent = 0
        for key in path.dropLast() { parent = try inner(key, of: parent, creating: .implicit) }
        switch tables[parent].entries[key.name]?.node {
        case nil:
            current = add(.header, at: key.location)
            if appending { lists.append([current]) }
            tables[parent].entries[key.name] = Entry(
                node: appending ? .tables(lists.count - 1) : .table(current),
                location: key.location)
        case .tables(let list)? where appending:
            current = add(.header, at: key.location)
            lists[list].append(current)
        case .table(let table)? where !appending && tables[table].kind == .implicit:
            tables[table].kind = .header
            current = table
        default: throw clash(key, in: parent)
        }
    }

    /// Sets a key, dotted or not, of the table that was opened last.
    mutating func set(_ path: [Key], to value: Located) throws(Clash) {
        guard let key = path.last else { return }
        var parent = current
        for key in path.dropLast() { parent = try inner(key, of: parent, creating: .dotted) }
        guard tables[parent].entries[key.name] == nil else { throw clash(key, in: parent) }
        tables[parent].entries[key.name] = Entry(node: .value(value), location: key.location)
    }

    /// The table at `key`, or the last of `[[key]]`; dotted keys add only to tables of their own.
    private mutating func inner(
        _ key: Key, of parent: Int, creating kind: Kind
    ) throws(Clash) -> Int {
        switch tables[parent].entries[key.name]?.node {
        case nil:
            let table = add(kind, at: key.location)
            tables[parent].entries[key.name] = Entry(node: .table(table), location: key.location)
            return table
        case .table(let table)? where kind != .dotted || tables[table].kind == .dotted:
            return table
        case .tables(let list)? where kind != .dotted:
            if let last = lists[list].last { return last }
        default: break
        }
        throw clash(key, in: parent)
    }

    private mutating func add(_ kind: Kind, at location: SourceLocation) -> Int {
        tables.append(Table(kind: kind, location: location))
        return tables.count - 1
    }

    private func clash(_ key: Key, in table: Int) -> Clash {
        Clash(key: key, first: tables[table].entries[key.name]?.location ?? key.location)
    }

    /// Everything as one value.
    var located: Located { located(0) }

    private func located(_ table: Int) -> Located {
        let entries = tables[table].entries.map { name, entry in
            let value =
                switch entry.node {
                case .value(let value): value
                case .table(let inner): located(inner)
                case .tables(let list):
                    Located(.list(lists[list].map { located($0) }), at: entry.location)
                }
            return Located.Entry(key: name, keyLocation: entry.location, value: value)
        }
        return Located(.map(entries), at: tables[table].location)
    }
}
