import Pipelines
import Yams

/// Reads what `Record` writes, and any YAML that says the same.
struct RecordReader {
    private static let deepest = 64

    let file: String

    /// Reads `text`; damage is a `LockError` with its place.
    func read(_ text: String) throws -> Record {
        try RecordScanner.read(text) ?? readAnyYAML(text)
    }

    /// Reads whatever form of YAML a person may have given the text.
    func readAnyYAML(_ text: String) throws -> Record {
        try refuseAliases(text)
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            return try withExtendedLifetime(parser) {
                guard let node = try parser.singleRoot() else { return .map([]) }
                return try record(node, depth: 0)
            }
        } catch let error as YamlError {
            throw LockError.unreadable(place: place(of: error), reason: words(for: error))
        }
    }

    /// Aliases are never written, and expanding them could take for ever.
    private func refuseAliases(_ text: String) throws {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            var isQuoted = false
            var isEscaped = false
            for byte in line.utf8 {
                if isEscaped {
                    isEscaped = false
                } else if isQuoted, byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if !isQuoted, byte == UInt8(ascii: "#") {
                    break
                } else if !isQuoted, byte == UInt8(ascii: "*") || byte == UInt8(ascii: "&") {
                    throw LockError.unreadable(
                        place: "\(file):\(number + 1): ",
                        reason: "anchors and aliases are not allowed")
                }
            }
        }
    }

    private func record(_ node: Node, depth: Int) throws -> Record {
        guard depth < RecordReader.deepest else {
            throw LockError.unreadable(place: place(node.mark), reason: "it is nested too deep")
        }
        switch node {
        case .scalar(let scalar):
            return scalar.style == .plain ? .verbatim(scalar.string) : .text(scalar.string)
        case .sequence(let sequence):
            return .list(try sequence.map { try record($0, depth: depth + 1) })
        case .mapping(let mapping):
            var seen: Set<String> = []
            return .map(
                try mapping.map { key, value in
                    guard let name = key.scalar?.string, seen.insert(name).inserted else {
                        throw LockError.unreadable(
                            place: place(key.mark), reason: "a key occurs twice or is no text")
                    }
                    return Record.Field(name, try record(value, depth: depth + 1))
                })
        case .alias:
            throw LockError.unreadable(place: place(node.mark), reason: "aliases are not allowed")
        }
    }

    private func place(_ mark: Mark?) -> String {
        mark.map { "\(file):\($0.line):\($0.column): " } ?? "\(file): "
    }

    private func place(of error: YamlError) -> String {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            place(mark)
        default: "\(file): "
        }
    }

    private func words(for error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
            .composer(_, let problem, _, _):
            problem
        default: "it is not YAML"
        }
    }
}

/// A lock file that cannot be used.
public enum LockError: Error, Equatable, CustomStringConvertible {
    case unreadable(place: String, reason: String)
    case otherSchema(file: String, expected: String, found: String)

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .unreadable(let place, let reason):
            """
            \(place)the lock file is damaged: \(reason)
            hint: take it from git, or remove it: the run cache restores what it knows
            """
        case .otherSchema(let file, let expected, let found):
            """
            \(file): the lock file was written by another version
              expected: schema \(expected)
              found:    schema \(found)
            hint: use that version, or remove the file to start anew
            """
        }
    }
}
