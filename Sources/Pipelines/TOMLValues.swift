import ParamValues

extension TOMLReader {
    /// One value, whatever it is.
    mutating func value(depth: Int) throws(Stop) -> Located {
        guard depth <= YAMLReader.deepestNesting else { throw tooDeep() }
        let start = place
        switch scalars.first {
        case "\""?:
            let text =
                scalars.starts(with: ["\"", "\"", "\""]) ? try longString("\"") : try basicString()
            return Located(.string(text), at: start)
        case "'"?:
            let text =
                scalars.starts(with: ["'", "'", "'"]) ? try longString("'") : try literalString()
            return Located(.string(text), at: start)
        case "["?: return try array(depth: depth)
        case "{"?: return try inlineTable(depth: depth)
        default: return Located(try bare(), at: start)
        }
    }

    private mutating func array(depth: Int) throws(Stop) -> Located {
        let start = place
        advance()
        var values: [Located] = []
        while true {
            try skipLines()
            if scalars.first == "]" { break }
            values.append(try value(depth: depth + 1))
            try skipLines()
            guard scalars.first == "," else { break }
            advance()
        }
        guard scalars.first == "]" else { throw wrong("expected ',' or ']' in a list") }
        advance()
        return Located(.list(values), at: start)
    }

    private mutating func inlineTable(depth: Int) throws(Stop) -> Located {
        var table = TOMLTables(at: place)
        advance()
        skipBlank()
        while scalars.first != "}" {
            let path = try keyPath(below: depth)
            try take("=", "between a key and its value")
            skipBlank()
            let value = try value(depth: depth + path.count)
            do throws(TOMLTables.Clash) {
                try table.set(path, to: value)
            } catch {
                throw wrong("duplicate key \(quoted(error.key.name))")
            }
            skipBlank()
            guard scalars.first == "," else { break }
            advance()
            skipBlank()
            if scalars.first == "}" { throw wrong("a ',' before '}'") }
        }
        guard scalars.first == "}" else { throw wrong("expected ',' or '}' in a table") }
        advance()
        return table.located
    }

    mutating func literalString() throws(Stop) -> String {
        advance()
        var text = String.UnicodeScalarView()
        while let scalar = scalars.first, scalar != "'" {
            text.append(try character(scalar, lines: false))
        }
        guard scalars.first == "'" else { throw wrong("a text has no end") }
        advance()
        return String(text)
    }

    mutating func basicString() throws(Stop) -> String {
        advance()
        var text = String.UnicodeScalarView()
        while let scalar = scalars.first, scalar != "\"" {
            text.append(scalar == "\\" ? try escape() : try character(scalar, lines: false))
        }
        guard scalars.first == "\"" else { throw wrong("a text has no end") }
        advance()
        return String(text)
    }

    /// A text in three quotes; up to two more may stand before those that end it.
    private mutating func longString(_ quote: Unicode.Scalar) throws(Stop) -> String {
        for _ in 0..<3 { advance() }
        if scalars.first == "\r", scalars.dropFirst().first == "\n" { advance() }
        if scalars.first == "\n" { advance() }
        var text = String.UnicodeScalarView()
        while let scalar = scalars.first {
            let quotes = scalars.prefix(6).prefix { $0 == quote }.count
            if quotes >= 3 {
                guard quotes < 6 else { throw wrong("too many quotes") }
                for _ in 0..<quotes { advance() }
                text.append(contentsOf: repeatElement(quote, count: quotes - 3))
                return String(text)
            }
            if scalar == "\\", quote == "\"" {
                if try !skipEscapedEnd() { text.append(try escape()) }
            } else {
                text.append(try character(scalar, lines: true))
            }
        }
        throw wrong("a text has no end")
    }

    /// `\` at the end of a line, with all blanks and line ends that follow.
    private mutating func skipEscapedEnd() throws(Stop) -> Bool {
        let rest = scalars.dropFirst().drop { $0 == " " || $0 == "\t" }
        guard rest.first == "\n" || rest.starts(with: ["\r", "\n"]) else { return false }
        advance()
        while let scalar = scalars.first, [" ", "\t", "\n", "\r"].contains(scalar) { advance() }
        return true
    }

    private mutating func character(
        _ scalar: Unicode.Scalar, lines: Bool
    ) throws(Stop) -> Unicode.Scalar {
        let isEnd = scalar == "\n" || (scalar == "\r" && scalars.dropFirst().first == "\n")
        if isEnd && !lines { throw wrong("a text has no end") }
        guard scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" || isEnd else {
            throw wrong("a control character in a text")
        }
        advance()
        return scalar
    }

    private mutating func escape() throws(Stop) -> Unicode.Scalar {
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
        ]
        let kind = scalars.dropFirst().first ?? " "
        if let scalar = plain[kind] {
            advance()
            advance()
            return scalar
        }
        let count = kind == "u" ? 4 : kind == "U" ? 8 : 0
        let digits = scalars.dropFirst(2).prefix(count)
        guard count > 0, digits.count == count, digits.allSatisfy(\.properties.isASCIIHexDigit),
            let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
            let scalar = Unicode.Scalar(value)
        else {
            throw wrong("an unknown escape", hint: "put texts with backslashes in single quotes")
        }
        for _ in 0..<(count + 2) { advance() }
        return scalar
    }

    /// A boolean, a number, or a date, which is kept as text.
    private mutating func bare() throws(Stop) -> ParamValue {
        var word = scalars.prefix {
            $0.isASCII
                && ($0.properties.isAlphabetic || "0123456789+-_.:".unicodeScalars.contains($0))
        }
        let time = scalars[word.endIndex...].prefix(3)
        if time.first == " ", time.count == 3,
            time.dropFirst().allSatisfy({ ("0"..."9").contains($0) }),
            TOMLScalars.isDate(String(String.UnicodeScalarView(word)))
        {
            word =
                scalars[..<(word.endIndex + 1)]
                + scalars[(word.endIndex + 1)...].prefix {
                    $0.isASCII && "0123456789+-:.Zz".unicodeScalars.contains($0)
                }
        }
        let text = String(String.UnicodeScalarView(word))
        guard let value = TOMLScalars.value(of: text) else {
            throw wrong(
                text.isEmpty ? "expected a value" : "\(quoted(text)) is no value",
                hint: text.isEmpty ? nil : "put texts in quotes; numbers have 64 bits")
        }
        for _ in word { advance() }
        return value
    }
}
