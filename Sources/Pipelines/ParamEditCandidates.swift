import ParamValues

/// Texts that a small edit makes of the text of a parameters file; whoever takes one reads it first.
struct ParamEditCandidates {
    let text: String
    let file: String
    let present: ParamsFile
    let key: String
    let path: DottedPath
    let old: ParamValue?
    let new: ParamValue?

    /// The likeliest first.
    var all: [String] {
        guard let new else { return withoutBlock }
        let word = ParamText.inline(new, of: file)
        return old == nil ? added(word) : replacedToken(word) + replacedBlock(word)
    }

    /// By scalars: CR LF is one character.
    private var lines: [[Unicode.Scalar]] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    private static func joined(_ lines: [[Unicode.Scalar]]) -> String {
        var text = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { text.append("\n") }
            text.append(contentsOf: line)
        }
        return String(text)
    }

    /// The value's own text replaced, as far as it stands on one line.
    private func replacedToken(_ word: String) -> [String] {
        guard let place = present.location(of: key) else { return [] }
        var lines = self.lines
        guard lines.indices.contains(place.line - 1) else { return [] }
        let line = lines[place.line - 1]
        let start = place.column - 1
        guard start >= 0, start <= line.count else { return [] }
        return Self.ends(of: line, from: start).map { end in
            lines[place.line - 1] =
                Array(line[..<start]) + Array(word.unicodeScalars) + Array(line[end...])
            return Self.joined(lines)
        }
    }

    /// Where a value that begins at `start` may end: at its closing quote or bracket, before a comma
    /// or bracket, before a comment, at the end of the line.
    private static func ends(of line: [Unicode.Scalar], from start: Int) -> [Int] {
        var ends: [Int] = []
        let pairs: [Unicode.Scalar: Unicode.Scalar] = ["\"": "\"", "'": "'", "[": "]", "{": "}"]
        if start < line.count, let close = pairs[line[start]] {
            ends += line.indices.filter { $0 > start && line[$0] == close }.map { $0 + 1 }
        }
        func trimmed(_ end: Int) -> Int {
            var end = end
            while end > start,
                line[end - 1] == " " || line[end - 1] == "\t" || line[end - 1] == "\r"
            {
                end -= 1
            }
            return end
        }
        let marks: Set<Unicode.Scalar> = [",", "]", "}"]
        if let mark = line[start...].firstIndex(where: marks.contains) {
            ends.append(trimmed(mark))
        }
        let comment = line.indices.first {
            $0 > start && line[$0] == "#" && (line[$0 - 1] == " " || line[$0 - 1] == "\t")
        }
        if let comment { ends.append(trimmed(comment)) }
        ends.append(trimmed(line.count))
        return ends
    }

    /// The block below a key replaced by a value on the key's line.
    private func replacedBlock(_ word: String) -> [String] {
        guard let place = present.place(of: key) else { return [] }
        var lines = self.lines
        let index = place.line - 1
        guard lines.indices.contains(index),
            let colon = lines[index].indices.first(where: {
                $0 >= place.column - 1 && lines[index][$0] == ":"
            })
        else { return [] }
        let block = Self.block(below: index, in: lines, margin: place.column - 1)
        lines[index] = Array(lines[index][...colon]) + Array(" \(word)".unicodeScalars)
        lines.removeSubrange(block)
        return [Self.joined(lines)]
    }

    /// The text without a key and the block below it.
    private var withoutBlock: [String] {
        guard let place = present.place(of: key) else { return [] }
        var lines = self.lines
        let index = place.line - 1
        guard lines.indices.contains(index) else { return [] }
        let block = Self.block(below: index, in: lines, margin: place.column - 1)
        lines.removeSubrange(index..<block.upperBound)
        return [Self.joined(lines)]
    }

    /// The text with a key more: below its parent, or at the end.
    private func added(_ word: String) -> [String] {
        var depth = path.components.count - 1
        while depth > 0, present.root.value(at: path.prefix(depth)) == nil { depth -= 1 }
        var names: [String] = []
        for component in path.components[depth...] {
            guard case .key(let name) = component else { return [] }
            names.append(name)
        }
        guard let first = names.first else { return [] }
        let isTOML = file.lowercased().hasSuffix(".toml")
        let inner = names.dropFirst().reversed().reduce(word) { inner, name in
            isTOML ? "{\(name) = \(inner)}" : "{\(name): \(inner)}"
        }
        let entry = isTOML ? "\(first) = \(inner)" : "\(first): \(inner)"
        var lines = self.lines
        if depth == 0 {
            // A table of TOML would take it in.
            if isTOML { return ["\(entry)\n\(text)"] }
            let gap = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
            return ["\(text)\(gap)\(entry)\n"]
        }
        let parent = path.prefix(depth).text
        guard let place = present.place(of: parent), lines.indices.contains(place.line - 1) else {
            return []
        }
        if isTOML {
            lines.insert(Array(entry.unicodeScalars), at: place.line)
            return [Self.joined(lines)]
        }
        let block = Self.block(below: place.line - 1, in: lines, margin: place.column - 1)
        let child = lines[block].first { line in
            line.contains { $0 != " " && $0 != "\r" } && line.first { $0 != " " } != "#"
        }
        let margin = child.map { $0.prefix { $0 == " " }.count } ?? place.column + 1
        let spaces = String(repeating: " ", count: margin)
        lines.insert(Array("\(spaces)\(entry)".unicodeScalars), at: place.line)
        return [Self.joined(lines)]
    }

    /// The lines below a key that belong to it: those that stand further right, and dashes below it;
    /// blank lines and comments at the end belong to what follows.
    private static func block(
        below line: Int, in lines: [[Unicode.Scalar]], margin: Int
    ) -> Range<Int> {
        var end = line + 1
        var index = line + 1
        while index < lines.count {
            let indent = lines[index].prefix { $0 == " " }.count
            let first = lines[index].first { $0 != " " && $0 != "\r" }
            if first == nil || first == "#" {
                index += 1
                continue
            }
            guard indent > margin || indent == margin && first == "-" else { break }
            index += 1
            end = index
        }
        return (line + 1)..<end
    }
}
