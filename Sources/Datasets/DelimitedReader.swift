/// Reads the records of CSV (RFC 4180) and TSV (IANA text/tab-separated-values) bytes.
///
/// CSV fields may be quoted and then hold delimiters, line ends and doubled quotes; in TSV a quote is
/// a letter like any other. Lines end with LF, CRLF or CR; empty lines are no records; a byte order
/// mark is skipped.
struct DelimitedReader {
    struct Record: Equatable {
        /// The line that the record starts on, from 1.
        var line: Int
        var fields: [[UInt8]]
        /// Line and column (in bytes) of text between a closing quote and the next delimiter.
        var strayQuote: Place?
    }

    struct Place: Equatable {
        var line: Int
        var column: Int
    }

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private let quote: UInt8?
    private let file: String
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(_ bytes: [UInt8], format: TableFormat, file: String) {
        self.bytes = bytes
        self.file = file
        delimiter = UInt8(ascii: format == .tsv ? "\t" : ",")
        quote = format == .tsv ? nil : UInt8(ascii: "\"")
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
            lineStart = 3
        }
    }

    /// The next record, nil at the end.
    ///
    /// Throws `TableError.unterminatedQuote` when a quoted field never ends.
    mutating func next() throws -> Record? {
        while position < bytes.count, isLineEnd(bytes[position]) { takeLineEnd() }
        guard position < bytes.count else { return nil }
        var record = Record(line: line, fields: [], strayQuote: nil)
        while true {
            record.fields.append(try field(&record.strayQuote))
            guard position < bytes.count else { return record }
            if bytes[position] == delimiter {
                position += 1
            } else {
                takeLineEnd()
                return record
            }
        }
    }

    private mutating func field(_ stray: inout Place?) throws -> [UInt8] {
        guard let quote, position < bytes.count, bytes[position] == quote else { return plain() }
        var value = try quoted(quote)
        let place = Place(line: line, column: position - lineStart + 1)
        let rest = plain()
        if !rest.isEmpty {
            stray = stray ?? place
            value += rest
        }
        return value
    }

    private mutating func plain() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != delimiter, !isLineEnd(bytes[position]) {
            position += 1
        }
        return Array(bytes[start..<position])
    }

    private mutating func quoted(_ quote: UInt8) throws -> [UInt8] {
        let opening = Place(line: line, column: position - lineStart + 1)
        position += 1
        var value: [UInt8] = []
        var start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == quote {
                value += bytes[start..<position]
                position += 1
                guard position < bytes.count, bytes[position] == quote else { return value }
                start = position
                position += 1
            } else if isLineEnd(byte) {
                takeLineEnd()
            } else {
                position += 1
            }
        }
        throw TableError.unterminatedQuote(file: file, line: opening.line, column: opening.column)
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private mutating func takeLineEnd() {
        let isPair =
            bytes[position] == 0x0D && position + 1 < bytes.count
            && bytes[position + 1] == 0x0A
        position += isPair ? 2 : 1
        line += 1
        lineStart = position
    }
}
