/// A pattern of paths: `*`, `?` and `[…]` within a name, `**` for any number of folders.
///
/// Matching takes time proportional to pattern times path, whatever the pattern.
public struct Glob: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        /// `**`: any number of folders, none too.
        case folders
        case name(NamePattern)
    }

    /// The pattern as written.
    public let text: String
    let parts: [Part]

    /// Reads a pattern such as `data/**/*.csv`; nil where a `[` is not closed, a `\` ends it, or it
    /// is empty.
    public init?(_ text: String) {
        var parts: [Part] = []
        for name in PathRules.names(text) {
            if name == "**" {
                if parts.last != .folders { parts.append(.folders) }
            } else {
                guard let pattern = NamePattern(name) else { return nil }
                parts.append(.name(pattern))
            }
        }
        guard !parts.isEmpty else { return nil }
        self.text = text
        self.parts = parts
    }

    /// True where `text` has a `*`, a `?` or a `[` that no `\` takes the meaning of.
    public static func isPattern(_ text: String) -> Bool {
        var escaped = false
        for byte in text.utf8 {
            if !escaped, "*?[".utf8.contains(byte) { return true }
            escaped = !escaped && byte == UInt8(ascii: "\\")
        }
        return false
    }

    /// True if the whole of `path` is of this pattern; a `**` at the end wants something to follow.
    public func matches(_ path: String) -> Bool { matches(PathRules.names(path)[...]) }

    func matches(_ names: ArraySlice<Substring>) -> Bool {
        guard parts.last == .folders else { return isMatch(parts[...], names) }
        if parts.count == 1 { return !names.isEmpty }
        return names.indices.dropFirst().contains { isMatch(parts.dropLast(), names[..<$0]) }
    }

    /// True if a path of this pattern may be `path`, lie inside it, or be a folder around it.
    func touches(_ path: String) -> Bool {
        var live = closure([0])
        for name in PathRules.names(path) {
            if live.contains(parts.count) { return true }
            live = closure(Set(live.flatMap { step($0, over: name) }))
            if live.isEmpty { return false }
        }
        return true
    }

    /// The folder that all matches are inside, as far as no wildcard decides it; "" is the root.
    public var base: String {
        var names: [String] = []
        for part in parts.dropLast() {
            guard case .name(let pattern) = part, let literal = pattern.literal else { break }
            names.append(literal)
        }
        return names.joined(separator: "/")
    }

    /// Goes back to the last `**` only: an earlier one could not do better.
    private func isMatch(_ parts: ArraySlice<Part>, _ names: ArraySlice<Substring>) -> Bool {
        var part = parts.startIndex
        var name = names.startIndex
        var retry: (part: Int, name: Int)?
        while name < names.endIndex {
            if part < parts.endIndex, case .folders = parts[part] {
                part += 1
                retry = (part, name)
            } else if part < parts.endIndex, case .name(let pattern) = parts[part],
                pattern.matches(names[name])
            {
                part += 1
                name += 1
            } else if let last = retry {
                part = last.part
                name = last.name + 1
                retry = (part, name)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .folders }
    }

    /// The positions of the pattern after one more name.
    private func step(_ position: Int, over name: Substring) -> [Int] {
        guard position < parts.count else { return [] }
        switch parts[position] {
        case .folders: return [position]
        case .name(let pattern): return pattern.matches(name) ? [position + 1] : []
        }
    }

    /// `positions`, and those that a `**` that stands for nothing leads to.
    private func closure(_ positions: Set<Int>) -> Set<Int> {
        var all = positions
        for position in positions
        where position + 1 < parts.count && parts[position] == .folders {
            all.insert(position + 1)
        }
        return all
    }
}
