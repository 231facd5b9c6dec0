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

    /// True if this pattern reads what a stage makes at `path`: it matches the path or a folder around
    /// it, or may match something inside it.
    ///
    /// The last is so only where the pattern begins with a name: `**/*.py` does not look into outs,
    /// or it would read those of every stage.
    func reaches(_ path: String) -> Bool {
        var live = closure([0])
        for name in PathRules.names(path) {
            if live.contains(parts.count) { return true }
            live = after(live, name)
            if live.isEmpty { return false }
        }
        return !base.isEmpty || isComplete(live)
    }

    /// The paths that match, sorted as bytes; nothing inside a folder that matches itself.
    ///
    /// - Parameters:
    ///   - rules: what is left out.
    ///   - list: what is in a folder, by path relative to the root.
    public func paths(
        leavingOut rules: IgnoreRules = IgnoreRules(),
        list: (String) throws -> [ProjectReader.Entry]
    ) rethrows -> [String] {
        let start = PathRules.names(base)
        let first = start.reduce(closure([0])) { after($0, $1) }
        guard !rules.isIgnored(base, isFolder: true) else { return [] }
        var found: [String] = []
        var waiting = [(folder: start, live: first)]
        while let (folder, live) = waiting.popLast() {
            for entry in try list(folder.joined(separator: "/")) {
                let names = folder + [entry.name[...]]
                let next = after(live, entry.name[...])
                guard !next.isEmpty,
                    !rules.isIgnoredItself(names[...], isFolder: entry.isFolder)
                else { continue }
                if isComplete(next) {
                    found.append(names.joined(separator: "/"))
                } else if entry.isFolder {
                    waiting.append((names, next))
                }
            }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// `text` so that a pattern matches nothing else.
    static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if ["*", "?", "[", "\\"].contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }

    /// `text` with `\*`, `\?` and `\[` as the characters themselves.
    static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        return ["*", "?", "["].reduce(text) { $0.replacing("\\" + $1, with: $1) }
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

    /// True if what led to the positions `live` matches; after `a/**`, `a` does not, what is in it does.
    private func isComplete(_ live: Set<Int>) -> Bool {
        live.contains(parts.count) || (parts.last == .folders && live.contains(parts.count - 1))
    }

    /// The positions of the pattern after one more name.
    private func after(_ live: Set<Int>, _ name: Substring) -> Set<Int> {
        closure(
            Set(
                live.compactMap { position -> Int? in
                    guard position < parts.count else { return nil }
                    switch parts[position] {
                    case .folders: return position
                    case .name(let pattern): return pattern.matches(name) ? position + 1 : nil
                    }
                }))
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
