public import Pipelines

/// Changes `frozen` of one stage in the text of a pipeline file, and nothing else of it.
///
/// Everything but that one key stays as it is: comments, order, layout. Whoever writes the result
/// reads it first: a text whose layout is beyond this comes back with another meaning, or as nil.
public enum FreezeEdit {
    /// The text in which the stage whose name stands at `location` is frozen or is not.
    public static func text(
        _ text: String, stageAt location: SourceLocation, frozen: Bool
    ) -> String? {
        // By scalars: CR LF is one character.
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        let name = location.line - 1
        guard lines.indices.contains(name) else { return nil }
        let head = lines[name].unicodeScalars.dropFirst(location.column - 1)
        if let brace = opening(of: head) {
            lines[name] = flow(lines[name], brace: brace, frozen: frozen)
            return lines.joined(separator: "\n")
        }
        let body = body(below: name, in: lines)
        guard let first = body.first(where: { isText(lines[$0]) }) else { return nil }
        let margin = String(lines[first].prefix { $0 == " " })
        let present = body.first { lines[$0].hasPrefix("\(margin)frozen:") }
        // A line that ended with CR LF is followed by one that does.
        let end = lines[name].unicodeScalars.last == "\r" ? "\r" : ""
        switch (present, frozen) {
        case (let line?, true):
            let comment = lines[line].firstRange(of: " #").map {
                String(lines[line][$0.lowerBound...])
            }
            lines[line] = "\(margin)frozen: true" + (comment ?? end)
        case (let line?, false): lines.remove(at: line)
        case (nil, true): lines.insert("\(margin)frozen: true\(end)", at: name + 1)
        case (nil, false): break
        }
        return lines.joined(separator: "\n")
    }

    /// The lines of the block below a name: those that stand further right.
    private static func body(below name: Int, in lines: [String]) -> Range<Int> {
        let margin = indent(lines[name])
        let end = lines[(name + 1)...].firstIndex { isText($0) && indent($0) <= margin }
        return (name + 1)..<(end ?? lines.count)
    }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    /// Neither empty nor a comment.
    private static func isText(_ line: String) -> Bool {
        guard let first = line.unicodeScalars.first(where: { $0 != " " && $0 != "\r" }) else {
            return false
        }
        return first != "#"
    }

    /// The brace after `name:`, where the stage stands on the line of its name.
    private static func opening(of head: String.UnicodeScalarView.SubSequence) -> String.Index? {
        guard let colon = head.firstIndex(of: ":") else { return nil }
        let rest = head[head.index(after: colon)...]
        guard let first = rest.firstIndex(where: { $0 != " " }), rest[first] == "{" else {
            return nil
        }
        return first
    }

    private static func flow(_ line: String, brace: String.Index, frozen: Bool) -> String {
        let after = line.index(after: brace)
        let rest = String(line[after...])
        for known in ["frozen: true", "frozen: false"] {
            guard let range = rest.firstRange(of: known) else { continue }
            if frozen {
                return String(line[..<after]) + rest.replacing(known, with: "frozen: true")
            }
            var (start, end) = (range.lowerBound, range.upperBound)
            let tail = rest[end...].prefix { $0 == " " || $0 == "," }
            if tail.contains(",") {
                end = tail.endIndex
            } else if let comma = rest[..<start].lastIndex(where: { $0 != " " }),
                rest[comma] == ","
            {
                start = comma
            }
            return String(line[..<after] + rest[..<start] + rest[end...])
        }
        return frozen ? "\(line[..<after])frozen: true, \(rest)" : line
    }
}
