/// How a data file is written.
public enum TableFormat: String, Sendable, Codable, CaseIterable {
    case csv, tsv, jsonl
    /// As the file's extension says.
    case auto
}

/// Which columns (or JSON keys) of a data file hold what.
public struct ExampleColumns: Sendable, Equatable {
    /// The column of the text.
    public var text: String
    /// The column of the class name.
    public var label: String?
    /// The column of what keeps rows in one split.
    public var group: String?

    /// Names the columns; without a label column all rows are unlabelled.
    public init(text: String, label: String? = nil, group: String? = nil) {
        self.text = text
        self.label = label
        self.group = group
    }
}

/// A row as it stands in the file, labels not looked at yet.
public struct SourceRow: Sendable, Equatable {
    /// The row; its label is the file's, whatever that means.
    public var row: Row
    /// The line that the record starts on, from 1.
    public var line: Int
}

/// A record that is left out, and why.
public struct Rejection: Sendable, Codable, Equatable {
    /// Why a record is left out; raw values are the names in metrics.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case fieldCount = "field_count"
        case strayQuote = "stray_quote"
        case notUTF8 = "non_utf8"
        case nulByte = "nul_byte"
        case badJSON = "bad_json"
        case missingValue = "missing_value"
        case emptyText = "empty_text"
        case unknownLabel = "unknown_label"
    }

    /// The record, counted from 1 after the header.
    public var id: Int
    /// The line that the record starts on, from 1.
    public var line: Int
    /// The kind of fault.
    public var reason: Reason
    /// The fault in words.
    public var detail: String

    /// Creates a rejection.
    public init(id: Int, line: Int, reason: Reason, detail: String) {
        self.id = id
        self.line = line
        self.reason = reason
        self.detail = detail
    }
}

/// The rows of a CSV, TSV or JSON Lines file, white space folded, and the records left out.
public struct ExampleFile: Sendable {
    /// Accepted rows in file order.
    public let rows: [SourceRow]
    /// Rejected records in file order.
    public let rejections: [Rejection]
    /// The number of records, accepted or not.
    public let records: Int

    /// Reads the file at `path`; errors name it `name`.
    ///
    /// Throws `TableError` for a file without rows, without a needed column or with a quote that is
    /// never closed. Records with other faults are rejected.
    public init(
        path: String, named name: String, format: TableFormat, columns: ExampleColumns
    ) throws {
        let format = try Self.format(format, of: name)
        let bytes = try FileBytes.read(path, named: name)
        guard bytes.contains(where: { !ASCIIWhitespace.contains($0) }) else {
            throw TableError.empty(file: name)
        }
        var collector = RowCollector()
        if format == .jsonl {
            try JSONLinesSource(bytes, file: name, columns: columns).read(into: &collector)
        } else {
            try DelimitedSource(bytes, format: format, file: name, columns: columns)
                .read(into: &collector)
        }
        rows = collector.rows
        rejections = collector.rejections
        records = collector.records
        guard !rows.isEmpty else {
            let reasons = Dictionary(grouping: rejections, by: \.reason.rawValue)
            throw TableError.noRows(
                file: name, records: records, rejected: reasons.mapValues(\.count))
        }
    }

    private static func format(_ format: TableFormat, of name: String) throws -> TableFormat {
        guard format == .auto else { return format }
        switch name.split(separator: ".").last.map({ $0.lowercased() }) {
        case "csv": return .csv
        case "tsv", "tab": return .tsv
        case "jsonl", "ndjson": return .jsonl
        default: throw TableError.unknownFormat(file: name)
        }
    }
}
