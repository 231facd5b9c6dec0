public import ParamValues

/// A parameter that a command line sets, `[file:]key=value`, with all values that it is to have in
/// turn.
///
/// The grammar is the part of Hydra's that DVC takes: `key=value` changes what is there, `+key=value`
/// adds, `++key=value` does either, `~key` takes away; `a,b,c`, `choice(a,b)` and
/// `range(start,stop[,step])` are several values.
public struct ParamOverride: Sendable, Equatable {
    /// What becomes of the key.
    public enum Action: Sendable, Equatable { case set, add, put, remove }

    /// The file, as written; nil where none is.
    public var file: String?
    /// Dotted path inside the file.
    public var key: String
    /// What becomes of it.
    public var action: Action
    /// The values in turn, at least one; null alone for a key that is taken away.
    public var values: [ParamValue]

    /// Reads an argument.
    ///
    /// Throws `DefinitionError` that quotes it.
    public init(_ text: String) throws {
        let equals = text.firstIndex(of: "=")
        var head = text[..<(equals ?? text.endIndex)]
        if let colon = head.lastIndex(of: ":") {
            file = String(head[..<colon])
            head = head[head.index(after: colon)...]
        }
        action = .set
        for (mark, meaning) in [("++", Action.put), ("+", .add), ("~", .remove)]
        where head.hasPrefix(mark) {
            action = meaning
            head = head.dropFirst(mark.count)
            break
        }
        key = String(head)
        func wrong(_ found: String) -> DefinitionError {
            DefinitionError(diagnostics: [
                Diagnostic(
                    at: .nowhere, "\(quoted(text)) sets no parameter",
                    facts: [
                        .init("expected", "[file:]key=value, such as train.lr=0.1"),
                        .init("found", found),
                    ])
            ])
        }
        guard DottedPath(key) != nil else { throw wrong("\(quoted(key)) is no key") }
        if file?.isEmpty == true { throw wrong("no file before ':'") }
        if action == .remove {
            values = [.null]
            return
        }
        guard let equals else { throw wrong("no '='") }
        var reader = OverrideReader(text[text.index(after: equals)...])
        do { values = try reader.values() } catch { throw wrong(error.found) }
    }
}

/// Values as a command line has them.
struct OverrideReader {
    struct Problem: Error { let found: String }

    private var rest: Substring
    private static let most = 100_000

    init(_ text: Substring) { rest = text }

    /// All values of the text, several where commas or a function at the top say so.
    mutating func values() throws(Problem) -> [ParamValue] {
        var found: [ParamValue] = []
        var isFirst = true
        repeat {
            if !isFirst { rest.removeFirst() }
            isFirst = false
            found += try element()
            guard found.count <= Self.most else {
                throw Problem(found: "more than \(Self.most) values")
            }
            skipBlanks()
        } while rest.first == ","
        guard rest.isEmpty else { throw Problem(found: "\(quoted(String(rest))) after a value") }
        return found
    }

    private mutating func element() throws(Problem) -> [ParamValue] {
        skipBlanks()
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0 == "_") }
        guard !name.isEmpty, rest.dropFirst(name.count).first == "(" else { return [try value()] }
        rest.removeFirst(name.count + 1)
        var arguments: [ParamValue] = []
        skipBlanks()
        while rest.first != ")" {
            arguments.append(try value())
            skipBlanks()
            if rest.first == "," {
                rest.removeFirst()
            } else if rest.first != ")" {
                throw Problem(found: "no ')' after '\(name)('")
            }
        }
        rest.removeFirst()
        switch name {
        case "choice" where !arguments.isEmpty: return arguments
        case "range": return try Self.range(arguments)
        default: throw Problem(found: "'\(name)(…)'; known are choice(…) and range(…)")
        }
    }

    /// The numbers from start to below stop, as Python has them; `range(3)` begins at 0.
    private static func range(_ arguments: [ParamValue]) throws(Problem) -> [ParamValue] {
        guard (1...3).contains(arguments.count) else {
            throw Problem(
                found: "range with \(arguments.count) numbers; expected start, stop, step")
        }
        let padded = arguments.count == 1 ? [.int(0)] + arguments : arguments
        let all = padded + (padded.count < 3 ? [.int(1)] : [])
        var numbers: [Double] = []
        var isWhole = true
        for argument in all {
            switch argument {
            case .int(let value): numbers.append(Double(value))
            case .double(let value) where value.isFinite:
                numbers.append(value)
                isWhole = false
            default: throw Problem(found: "range with \(quoted(argument.displayText)), no number")
            }
        }
        let (start, stop, step) = (numbers[0], numbers[1], numbers[2])
        guard step != 0 else { throw Problem(found: "range with a step of 0") }
        let count = ((stop - start) / step).rounded(.up)
        guard count >= 1 else { throw Problem(found: "range without a number in it") }
        guard count <= Double(most) else { throw Problem(found: "more than \(most) values") }
        return (0..<Int(count)).map { index in
            let value = start + Double(index) * step
            if isWhole { return .int(Int(value)) }
            // 0.1 + 2 · 0.1 is meant to be 0.3.
            return .double((value * 1e12).rounded() / 1e12)
        }
    }

    private mutating func value() throws(Problem) -> ParamValue {
        skipBlanks()
        switch rest.first {
        case "[": return .list(try list())
        case "{": return try map()
        case "'", "\"": return .string(try quotedText())
        default: return try plain()
        }
    }

    private mutating func list() throws(Problem) -> [ParamValue] {
        rest.removeFirst()
        var values: [ParamValue] = []
        skipBlanks()
        while rest.first != "]" {
            values.append(try value())
            skipBlanks()
            if rest.first == "," {
                rest.removeFirst()
            } else if rest.first != "]" {
                throw Problem(found: "a list without its ']'")
            }
            skipBlanks()
        }
        rest.removeFirst()
        return values
    }

    private mutating func map() throws(Problem) -> ParamValue {
        rest.removeFirst()
        var entries: [String: ParamValue] = [:]
        var keys: [String] = []
        skipBlanks()
        while rest.first != "}" {
            let isQuoted = rest.first == "'" || rest.first == "\""
            let key =
                isQuoted
                ? try quotedText()
                : String(take { !":,{}[]()'\"".contains($0) })
                    .trimmingBlanks
            skipBlanks()
            guard rest.first == ":", !key.isEmpty else { throw Problem(found: "a map without ':'") }
            rest.removeFirst()
            if entries.updateValue(try value(), forKey: key) == nil { keys.append(key) }
            skipBlanks()
            if rest.first == "," {
                rest.removeFirst()
            } else if rest.first != "}" {
                throw Problem(found: "a map without its '}'")
            }
            skipBlanks()
        }
        rest.removeFirst()
        return .map(.init(uniqueKeysWithValues: keys.map { ($0, entries[$0] ?? .null) }))
    }

    private mutating func quotedText() throws(Problem) -> String {
        let quote = rest.removeFirst()
        var text = ""
        while let next = rest.popFirst() {
            if next == quote { return text }
            if next == "\\", rest.first == quote || rest.first == "\\",
                let escaped = rest.popFirst()
            {
                text.append(escaped)
            } else {
                text.append(next)
            }
        }
        throw Problem(found: "a text without its closing \(quote)")
    }

    private mutating func plain() throws(Problem) -> ParamValue {
        let text = String(take { !",[]{}()'\"".contains($0) }).trimmingBlanks
        switch text.lowercased() {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf", "+inf": return .double(.infinity)
        case "-inf": return .double(-.infinity)
        case "nan": return .double(.nan)
        case "": return .string("")
        default: break
        }
        do { return try ScalarTyping.value(ofPlain: text) } catch {
            throw Problem(found: "\(quoted(text)), a number that is too large")
        }
    }

    private mutating func take(while isIn: (Character) -> Bool) -> Substring {
        let taken = rest.prefix(while: isIn)
        rest = rest[taken.endIndex...]
        return taken
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" } }
}

extension String {
    fileprivate var trimmingBlanks: String {
        let blanks: Set<Character> = [" ", "\t"]
        var text = Substring(self).drop { blanks.contains($0) }
        while let last = text.last, blanks.contains(last) { text.removeLast() }
        return String(text)
    }
}
