/// Why a data file cannot be read at all; faults of single records are `Rejection`s.
public enum TableError: Error, Equatable, CustomStringConvertible {
    case unreadable(file: String)
    case unknownFormat(file: String)
    case empty(file: String)
    case headerNotText(file: String)
    case missingColumn(file: String, role: String, column: String, found: [String])
    case repeatedColumn(file: String, column: String)
    case unterminatedQuote(file: String, line: Int, column: Int)
    case noRows(file: String, records: Int, rejected: [String: Int])

    /// The message for the user.
    public var description: String {
        switch self {
        case .unreadable(let file): "\(file): cannot read the file"
        case .unknownFormat(let file):
            """
            \(file): the name does not tell the format
              expected: .csv, .tsv, .tab, .jsonl or .ndjson
            hint: set data.format to csv, tsv or jsonl
            """
        case .empty(let file): "\(file): the file is empty\n  expected: a header and rows"
        case .headerNotText(let file):
            """
            \(file):1: the header is not UTF-8 text
            hint: files saved as UTF-16 or Latin-1 must be converted, for instance with iconv
            """
        case .missingColumn(let file, let role, let column, let found):
            Self.missing(file, role, column, found)
        case .repeatedColumn(let file, let column):
            "\(file):1: the header names the column '\(column)' more than once"
        case .unterminatedQuote(let file, let line, let column):
            """
            \(file):\(line):\(column): a quoted field is never closed
            hint: a quote inside a quoted field is written as two quotes
            """
        case .noRows(let file, let records, let rejected):
            """
            \(file): no row can be used
              records:  \(records)
              rejected: \(Self.list(rejected))
            """
        }
    }

    private static func missing(
        _ file: String, _ role: String, _ column: String, _ found: [String]
    ) -> String {
        let lines = [
            "\(file):1: no column '\(column)', which '\(role)' names",
            "  found:    \(found.joined(separator: ", "))",
        ]
        let hint = Spelling.nearest(to: column, among: found).map {
            ["hint: did you mean '\($0)'?"]
        }
        return (lines + (hint ?? [])).joined(separator: "\n")
    }

    private static func list(_ counts: [String: Int]) -> String {
        counts.isEmpty
            ? "none"
            : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                .joined(separator: ", ")
    }
}

/// Guesses which known name a misspelt one means.
enum Spelling {
    /// The candidate that the fewest edits lead to; nil where all are too far away.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let limit = max(1, name.unicodeScalars.count / 3)
        let ranked = candidates.map { (edits: edits(name.lowercased(), $0.lowercased()), name: $0) }
        guard let best = ranked.min(by: { ($0.edits, $0.name) < ($1.edits, $1.name) }),
            best.edits <= limit
        else { return nil }
        return best.name
    }

    /// Levenshtein distance in scalars.
    private static func edits(_ left: String, _ right: String) -> Int {
        let right = Array(right.unicodeScalars)
        var row = Array(0...right.count)
        for (index, scalar) in left.unicodeScalars.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (scalar == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
