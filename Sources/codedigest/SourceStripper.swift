/// Removes comments and layout from source text, and nothing else.
///
/// A comment counts as a blank. Runs of blanks become one space, line breaks stay, indentation and
/// empty lines go. What stands in literals stays as it is.
struct SourceStripper {
    enum Language { case swift, c }

    private enum Gap { case none, blank, line }

    private let source: [UInt8]
    private let language: Language
    private var position = 0
    private var output: [UInt8] = []
    private var gap = Gap.none

    static func strip(_ source: [UInt8], as language: Language) -> [UInt8] {
        var stripper = SourceStripper(source, language)
        stripper.stripCode(untilParenthesis: false)
        return stripper.output
    }

    private init(_ source: [UInt8], _ language: Language) {
        self.source = source
        self.language = language
        output.reserveCapacity(source.count)
    }

    private func byte(_ ahead: Int = 0) -> UInt8? {
        let index = position + ahead
        return source.indices.contains(index) ? source[index] : nil
    }

    private func looking(at text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= source.count else { return false }
        return text.withUTF8Buffer { source[position..<end].elementsEqual($0) }
    }

    /// Copies `count` bytes of code, after the gap before them.
    private mutating func copyCode(_ count: Int) {
        switch gap {
        case .none: break
        case .blank: if !output.isEmpty { output.append(UInt8(ascii: " ")) }
        case .line: if !output.isEmpty { output.append(UInt8(ascii: "\n")) }
        }
        gap = .none
        copyRaw(count)
    }

    private mutating func copyRaw(_ count: Int) {
        let end = min(source.count, position + count)
        output += source[position..<end]
        position = end
    }

    private mutating func widenGap(line: Bool) {
        if line { gap = .line } else if gap == .none { gap = .blank }
    }

    /// Code up to the end, or up to and with the parenthesis that closes an interpolation.
    private mutating func stripCode(untilParenthesis: Bool) {
        var depth = 0
        while let current = byte() {
            switch current {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C, UInt8(ascii: "\r"):
                widenGap(line: false)
                position += 1
            case UInt8(ascii: "\n"):
                widenGap(line: true)
                position += 1
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): skipLineComment()
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipBlockComment()
            case UInt8(ascii: "\"") where language == .c: copyQuoted(current)
            case UInt8(ascii: "'") where language == .c: copyQuoted(current)
            case UInt8(ascii: "\"") where language == .swift: copySwiftString(hashes: 0)
            case UInt8(ascii: "#") where language == .swift: copyHashes()
            case UInt8(ascii: "/") where language == .swift: copySlash()
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                depth += current == UInt8(ascii: "(") ? 1 : -1
                copyCode(1)
                if untilParenthesis, depth == 0 { return }
            default: copyCode(1)
            }
        }
    }

    private mutating func skipLineComment() {
        widenGap(line: false)
        while let current = byte(), current != UInt8(ascii: "\n") {
            let continued = language == .c && current == UInt8(ascii: "\\")
            position += continued && byte(1) == UInt8(ascii: "\n") ? 2 : 1
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        var spansLines = false
        repeat {
            if looking(at: "/*"), depth == 0 || language == .swift {
                depth += 1
                position += 2
            } else if looking(at: "*/") {
                depth -= 1
                position += 2
            } else {
                spansLines = spansLines || byte() == UInt8(ascii: "\n")
                position += 1
            }
        } while depth > 0 && position < source.count
        widenGap(line: spansLines)
    }

    /// A C literal: up to the same quote, or the end of the line where it is missing.
    private mutating func copyQuoted(_ quote: UInt8) {
        copyCode(1)
        while let current = byte(), current != UInt8(ascii: "\n") {
            copyRaw(current == UInt8(ascii: "\\") ? 2 : 1)
            if current == quote { return }
        }
    }

    /// `#"…"#` and `#/…/#`, or a hash that begins something else.
    private mutating func copyHashes() {
        var hashes = 0
        while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
        switch byte(hashes) {
        case UInt8(ascii: "\""):
            copyCode(hashes)
            copySwiftString(hashes: hashes)
        case UInt8(ascii: "/") where byte(hashes + 1) != UInt8(ascii: "/"):
            copyCode(hashes + 1)
            while position < source.count {
                let ends = byte() == UInt8(ascii: "/") && hasHashes(hashes, ahead: 1)
                copyRaw(ends ? hashes + 1 : byte() == UInt8(ascii: "\\") ? 2 : 1)
                if ends { return }
            }
        default: copyCode(hashes)
        }
    }

    private func hasHashes(_ count: Int, ahead: Int) -> Bool {
        (0..<count).allSatisfy { byte(ahead + $0) == UInt8(ascii: "#") }
    }

    /// A string from its opening quote on; interpolations are code again.
    private mutating func copySwiftString(hashes: Int) {
        let multiline = looking(at: "\"\"\"")
        let quotes = multiline ? 3 : 1
        copyCode(quotes)
        while let current = byte() {
            if current == UInt8(ascii: "\\"), hasHashes(hashes, ahead: 1) {
                if byte(1 + hashes) == UInt8(ascii: "(") {
                    copyRaw(1 + hashes)
                    stripCode(untilParenthesis: true)
                } else {
                    copyRaw(2 + hashes)
                }
            } else if current == UInt8(ascii: "\""), !multiline || looking(at: "\"\"\""),
                hasHashes(hashes, ahead: quotes)
            {
                copyRaw(quotes + hashes)
                return
            } else if current == UInt8(ascii: "\n"), !multiline {
                return
            } else {
                copyRaw(1)
            }
        }
    }

    /// A regex literal where one may begin and the line has its end; otherwise an operator.
    private mutating func copySlash() {
        let blanks: [UInt8?] = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), nil]
        guard mayBeginExpression, !blanks.contains(byte(1)), let end = regexEnd() else {
            copyCode(1)
            return
        }
        copyCode(end - position)
    }

    private func regexEnd() -> Int? {
        var index = position + 1
        var inClass = false
        while index < source.count, source[index] != UInt8(ascii: "\n") {
            switch source[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "["): inClass = true
            case UInt8(ascii: "]"): inClass = false
            case UInt8(ascii: "/") where !inClass: return index + 1
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Whether the code so far leaves an expression open: after `(`, `=`, `,`, `return` and so on.
    private var mayBeginExpression: Bool {
        guard let last = output.last else { return true }
        if "(,=:[{!?;&|<>+".utf8.contains(last) { return true }
        return ["return", "try", "in", "case", "await", "else"].contains { word in
            output.suffix(word.utf8.count).elementsEqual(word.utf8)
        }
    }
}
