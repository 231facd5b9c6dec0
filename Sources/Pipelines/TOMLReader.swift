import ParamValues

/// Reads TOML 1.0 into located values; dates and times become texts, as they are in YAML.
struct TOMLReader {
    /// Thrown after the reason went into the findings.
    struct Stop: Error {}

    let file: String
    var findings: Findings
    var scalars: ArraySlice<Unicode.Scalar>
    private var line = 1
    private var column = 1

    /// Reads `text`; nil after something was found to be wrong.
    static func read(_ text: String, file: String, findings: inout Findings) -> Located? {
        guard text.utf8.count <= YAMLReader.largestText else {
            findings.add(
                file: file, "the file is too large",
                facts: [
                    .init("expected", "at most \(YAMLReader.largestText) bytes"),
                    .init("found", "\(text.utf8.count) bytes"),
                ])
            return nil
        }
        let text =
            text.unicodeScalars.first == "\u{FEFF}"
            ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
        findings.register(String(text), file: file)
        var reader = TOMLReader(file: file, findings: findings, scalars: Array(text)[...])
        let root = try? reader.document()
        findings = reader.findings
        return root
    }

    private init(file: String, findings: Findings, scalars: ArraySlice<Unicode.Scalar>) {
        self.file = file
        self.findings = findings
        self.scalars = scalars
    }

    var place: SourceLocation { SourceLocation(file: file, line: line, column: column) }

    private mutating func document() throws(Stop) -> Located {
        var root = TOMLTables(at: place)
        var header: [TOMLTables.Key] = []
        while true {
            skipBlank()
            guard let first = scalars.first else { return root.located }
            do {
                if first == "[" {
                    let appending = try readHeader(into: &header)
                    try root.open(header, appending: appending)
                } else if first != "\n", first != "\r", first != "#" {
                    let path = try keyPath(below: header.count)
                    try take("=", "between a key and its value")
                    skipBlank()
                    let value = try value(depth: header.count + path.count)
                    try root.set(path, to: value)
                }
            } catch let clash as TOMLTables.Clash {
                findings.add(
                    at: clash.key.location, "duplicate key \(quoted(clash.key.name))",
                    facts: [.init("first", "\(clash.first)")],
                    hint: "a key may be set once, and a table be opened once")
                throw Stop()
            } catch { throw Stop() }
            try endLine()
        }
    }

    /// `[a.b]` or `[[a.b]]`; true for the latter.
    private mutating func readHeader(into header: inout [TOMLTables.Key]) throws(Stop) -> Bool {
        advance()
        let appending = scalars.first == "["
        if appending { advance() }
        header = try keyPath(below: 0)
        try take("]", "after the name of a table")
        if appending {
            guard scalars.first == "]" else { throw wrong("'[[' has no ']]'") }
            advance()
        }
        return appending
    }

    /// Keys with dots between them.
    mutating func keyPath(below depth: Int) throws(Stop) -> [TOMLTables.Key] {
        var path: [TOMLTables.Key] = []
        repeat {
            if !path.isEmpty { advance() }
            skipBlank()
            let start = place
            let name: String
            switch scalars.first {
            case "\""?: name = try basicString()
            case "'"?: name = try literalString()
            default:
                let bare = scalars.prefix { scalar in
                    scalar.isASCII
                        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                        || scalar == "-" || scalar == "_"
                }
                guard !bare.isEmpty else {
                    throw wrong("expected a key", hint: "put keys with other characters in quotes")
                }
                name = String(String.UnicodeScalarView(bare))
                for _ in bare { advance() }
            }
            path.append(.init(name: name, location: start))
            guard path.count + depth <= YAMLReader.deepestNesting else { throw tooDeep() }
            skipBlank()
        } while scalars.first == "."
        return path
    }

    mutating func advance() {
        if scalars.popFirst() == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
    }

    mutating func skipBlank() {
        while let scalar = scalars.first, scalar == " " || scalar == "\t" { advance() }
    }

    /// Blanks, comments and the ends of lines.
    mutating func skipLines() throws(Stop) {
        while true {
            skipBlank()
            guard let scalar = scalars.first, ["#", "\n", "\r"].contains(scalar) else { return }
            try endLine()
        }
    }

    mutating func take(_ wanted: Unicode.Scalar, _ reason: String) throws(Stop) {
        skipBlank()
        guard scalars.first == wanted else { throw wrong("expected '\(wanted)' \(reason)") }
        advance()
    }

    private mutating func endLine() throws(Stop) {
        skipBlank()
        if scalars.first == "#" {
            while let scalar = scalars.first, scalar != "\n", scalar != "\r" {
                guard scalar.value >= 0x20 || scalar == "\t", scalar.value != 0x7F else {
                    throw wrong("a control character in a comment")
                }
                advance()
            }
        }
        if scalars.first == "\r", scalars.dropFirst().first == "\n" { advance() }
        guard scalars.isEmpty || scalars.first == "\n" else {
            throw wrong("expected the end of the line")
        }
        if !scalars.isEmpty { advance() }
    }

    mutating func wrong(_ message: String, hint: String? = nil) -> Stop {
        findings.add(at: place, "not valid TOML: \(message)", hint: hint)
        return Stop()
    }

    mutating func tooDeep() -> Stop {
        findings.add(
            at: place, "lists and maps are nested too deep",
            facts: [.init("expected", "at most \(YAMLReader.deepestNesting) levels")])
        return Stop()
    }
}
