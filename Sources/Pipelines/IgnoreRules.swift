/// What the files `.nlpipeignore` (`.dvcignore` in DVC's projects) leave out: gitignore's rules.
///
/// The last rule that matches decides; nothing inside a folder that is left out can come back.
public struct IgnoreRules: Sendable, Equatable {
    /// The file of the rules in a native project.
    public static let file = ".nlpipeignore"
    /// Names that no rule brings back: the version control's and the cache's own.
    public static let alwaysIgnored: Set<String> = [".git", ".hg", ".nlpipe", ".dvc"]

    private struct Rule: Sendable, Equatable {
        /// The names of the folder that the rule's file lies in; none is the root.
        var folder: [Substring]
        var glob: Glob
        var isNegated: Bool
        var onlyFolders: Bool
    }

    private var rules: [Rule] = []

    /// Creates rules that leave out only what is always left out.
    public init() {}

    /// True where no file said anything.
    public var isEmpty: Bool { rules.isEmpty }

    /// Adds the lines of a file of rules.
    ///
    /// A line that is no pattern matches nothing, as in git.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - folder: the folder that it lies in, relative to the root. Outer folders come first.
    public mutating func add(_ text: String, folder: String = "") {
        let scalars = text.unicodeScalars
        let start = scalars.first == "\u{FEFF}" ? scalars.dropFirst() : scalars[...]
        for line in start.split(separator: "\n") {
            if let rule = IgnoreRules.rule(Substring(line), folder: folder) { rules.append(rule) }
        }
    }

    /// True if `path` or a folder that it is in is left out.
    ///
    /// - Parameters:
    ///   - path: relative to the root, without `.`, `..` and `//`.
    ///   - isFolder: what is there; rules that end in `/` are for folders only.
    public func isIgnored(_ path: String, isFolder: Bool) -> Bool {
        let names = PathRules.names(path)
        return names.indices.contains { last in
            isIgnoredItself(names[...last], isFolder: isFolder || last + 1 < names.count)
        }
    }

    /// Like `isIgnored`, for a path whose folder is known not to be left out.
    func isIgnoredItself(_ names: ArraySlice<Substring>, isFolder: Bool) -> Bool {
        if let name = names.last, IgnoreRules.alwaysIgnored.contains(String(name)) { return true }
        let deciding = rules.last { rule in
            guard isFolder || !rule.onlyFolders, names.starts(with: rule.folder) else {
                return false
            }
            return rule.glob.matches(names.dropFirst(rule.folder.count))
        }
        return deciding.map { !$0.isNegated } ?? false
    }

    private static func rule(_ line: Substring, folder: String) -> Rule? {
        var line = withoutTrailingSpaces(line.hasSuffix("\r") ? line.dropLast() : line)
        guard line.first != "#" else { return nil }
        let isNegated = line.first == "!"
        if isNegated { line.removeFirst() }
        let onlyFolders = line.last == "/"
        if onlyFolders { line.removeLast() }
        let isAnchored = line.contains("/")
        if line.first == "/" { line.removeFirst() }
        guard !line.isEmpty, !line.hasSuffix("/"), !line.contains("//"),
            let glob = Glob(isAnchored ? String(line) : "**/\(line)")
        else { return nil }
        return Rule(
            folder: PathRules.names(folder), glob: glob, isNegated: isNegated,
            onlyFolders: onlyFolders)
    }

    /// `line` without the spaces at its end, but for those after a `\`.
    private static func withoutTrailingSpaces(_ line: Substring) -> Substring {
        let spaces = line.reversed().prefix { $0 == " " }.count
        guard spaces > 0 else { return line }
        let rest = line.dropLast(spaces)
        let backslashes = rest.reversed().prefix { $0 == "\\" }.count
        return backslashes % 2 == 1 ? line.dropLast(spaces - 1) : rest
    }
}
