/// Paths as DVC's records have them: relative to the folder that a stage works in.
enum RelativePath {
    /// `path`, relative to the root, as seen from `folder`.
    static func text(_ path: String, from folder: String) -> String {
        if folder.isEmpty { return path }
        let (names, above) = (split(path), split(folder))
        let common = zip(names, above).prefix { $0 == $1 }.count
        let parts = above.dropFirst(common).map { _ in ".."[...] } + names.dropFirst(common)
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }

    /// The path relative to the root of what `text` names in `folder`; nil for what leads outside.
    static func path(_ text: String, in folder: String) -> String? {
        guard !text.hasPrefix("/") else { return nil }
        var parts: [Substring] = []
        for part in split(folder) + split(text) where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }

    private static func split(_ path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }
}
