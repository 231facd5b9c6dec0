import ParamValues
import OrderedCollections

/// The names that templates may use: `params.yaml`, `vars`, and `item`/`key` of an expansion.
struct Scope {
    private(set) var root: OrderedDictionary<String, ParamValue> = [:]
    /// `item` and `key`, apart from the rest, which thousands of stages share.
    private var locals: [String: ParamValue] = [:]
    /// Where every leaf was first defined, by dotted key, for the message of a redefinition.
    private var origins: [String: SourceLocation] = [:]

    /// Adds the entries of a map; maps merge, a leaf that exists already is an error.
    mutating func merge(_ entries: [Located.Entry], findings: inout Findings) {
        root = merged(root, entries, prefix: "", findings: &findings)
    }

    /// The scope with `name` set, whatever it was.
    func setting(_ name: String, to value: ParamValue) -> Scope {
        var scope = self
        scope.locals[name] = value
        return scope
    }

    func value(at path: DottedPath) -> ParamValue? {
        guard case .key(let first)? = path.components.first, let top = locals[first] ?? root[first]
        else {
            return nil
        }
        return path.components.count == 1 ? top : ParamValue.map([first: top]).value(at: path)
    }

    func absence(of path: DottedPath) -> (fact: Diagnostic.Fact, nearest: String?) {
        ParamValue.map(root.merging(locals) { $1 }).absence(of: path)
    }

    private mutating func merged(
        _ map: OrderedDictionary<String, ParamValue>, _ entries: [Located.Entry], prefix: String,
        findings: inout Findings
    ) -> OrderedDictionary<String, ParamValue> {
        var map = map
        for entry in entries {
            let key = prefix + entry.key
            guard let present = map[entry.key] else {
                map[entry.key] = entry.value.value
                remember(entry, key: key)
                continue
            }
            if case .map(let inner) = present, let more = entry.value.entries {
                map[entry.key] = .map(merged(inner, more, prefix: key + ".", findings: &findings))
            } else {
                let first = origins[key]?.description ?? "before"
                findings.add(
                    at: entry.keyLocation, "\(quoted(key)) is defined twice",
                    facts: [.init("first", first)], hint: "maps are merged; a value may be set once"
                )
            }
        }
        return map
    }

    private mutating func remember(_ entry: Located.Entry, key: String) {
        origins[key] = entry.keyLocation
        for child in entry.value.entries ?? [] { remember(child, key: "\(key).\(child.key)") }
    }
}
