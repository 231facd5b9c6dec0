public import ParamValues

/// A dotted path into parameters, such as `distill.layers[0].size`; `.0` works like `[0]`.
struct DottedPath: Equatable {
    enum Component: Equatable {
        case key(String)
        case index(Int)
    }

    private(set) var components: [Component] = []

    /// Nil where `text` is no path: empty parts, brackets that hold no number.
    init?(_ text: String) {
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let name = part.prefix { $0 != "[" }
            var rest = part.dropFirst(name.count)
            if name.isEmpty, rest.isEmpty || components.isEmpty { return nil }
            if !name.isEmpty { components.append(.key(String(name))) }
            while !rest.isEmpty {
                guard rest.first == "[", let end = rest.firstIndex(of: "]"),
                    let index = DottedPath.index(rest[rest.index(after: rest.startIndex)..<end])
                else { return nil }
                components.append(.index(index))
                rest = rest[rest.index(after: end)...]
            }
        }
    }

    private init(_ components: [Component]) { self.components = components }

    static func index(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// The first `count` components.
    func prefix(_ count: Int) -> DottedPath { DottedPath(Array(components.prefix(count))) }

    func replacing(_ position: Int, with name: String) -> DottedPath {
        var path = self
        path.components[position] = .key(name)
        return path
    }

    var text: String {
        components.reduce(into: "") { text, component in
            switch component {
            case .key(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}

extension ParamValue {
    /// The value at a dotted path such as `a.b[0].c`; nil if there is none.
    public func value(at path: String) -> ParamValue? {
        DottedPath(path).flatMap { value(at: $0) }
    }

    func value(at path: DottedPath) -> ParamValue? {
        var value = self
        for component in path.components {
            guard let next = value.child(component) else { return nil }
            value = next
        }
        return value
    }

    private func child(_ component: DottedPath.Component) -> ParamValue? {
        switch (self, component) {
        case (.map(let map), .key(let name)): map[name]
        case (.list(let list), .index(let index)): list.indices.contains(index) ? list[index] : nil
        case (.list(let list), .key(let name)):
            DottedPath.index(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
        default: nil
        }
    }

    /// Why there is no value at `path`: the longest part that exists, and the nearest full path.
    func absence(of path: DottedPath) -> (fact: Diagnostic.Fact, nearest: String?) {
        var parent = self
        var depth = 0
        while depth < path.components.count, let next = parent.child(path.components[depth]) {
            parent = next
            depth += 1
        }
        let known = path.prefix(depth).text
        let place = known.isEmpty ? "the top level" : quoted(known)
        switch parent {
        case .map(let map):
            let names = map.keys.prefix(12).joined(separator: ", ") + (map.count > 12 ? ", …" : "")
            let fact = Diagnostic.Fact(
                "found", "\(place) has \(map.isEmpty ? "no keys" : "the keys \(names)")")
            return (fact, nearest(path, below: parent, depth: depth))
        case .list(let list):
            return (.init("found", "\(place) is a list of \(list.count)"), nil)
        default:
            return (.init("found", "\(place) is \(parent.kindName), not a map"), nil)
        }
    }

    private func nearest(_ path: DottedPath, below parent: ParamValue, depth: Int) -> String? {
        guard case .map(let map) = parent, depth < path.components.count,
            case .key(let wanted) = path.components[depth]
        else { return nil }
        if let sibling = Suggestion.nearest(to: wanted, among: map.keys) {
            let candidate = path.replacing(depth, with: sibling)
            return value(at: candidate) == nil ? candidate.prefix(depth + 1).text : candidate.text
        }
        guard depth == 0, map.count <= Suggestion.mostCandidates else { return nil }
        let suffix = ".\(path.text)"
        return leaves.first { ".\($0.key)".hasSuffix(suffix) }?.key
    }
}
