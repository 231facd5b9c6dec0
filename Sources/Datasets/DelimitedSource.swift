/// Rows out of CSV and TSV bytes whose first record is the header.
struct DelimitedSource {
    private let bytes: [UInt8]
    private let format: TableFormat
    private let file: String
    private let columns: ExampleColumns

    init(_ bytes: [UInt8], format: TableFormat, file: String, columns: ExampleColumns) {
        self.bytes = bytes
        self.format = format
        self.file = file
        self.columns = columns
    }

    func read(into collector: inout RowCollector) throws {
        var reader = DelimitedReader(bytes, format: format, file: file)
        guard let header = try reader.next() else { throw TableError.empty(file: file) }
        let names = try header.fields.map { field in
            guard !field.contains(0), let name = String(validating: field, as: UTF8.self) else {
                throw TableError.headerNotText(file: file)
            }
            return name
        }
        let text = try index(of: columns.text, role: "data.text", in: names)
        let label = try columns.label.map { try index(of: $0, role: "data.label", in: names) }
        let group = try columns.group.map { try index(of: $0, role: "data.group", in: names) }
        while let record = try reader.next() {
            collector.records += 1
            if let place = record.strayQuote {
                collector.reject(
                    .strayQuote, line: record.line,
                    "\(file):\(place.line):\(place.column): text after a closing quote")
            } else if record.fields.count != names.count {
                collector.reject(
                    .fieldCount, line: record.line,
                    "expected \(names.count) fields, found \(record.fields.count)")
            } else {
                collector.accept(
                    text: record.fields[text], label: label.map { record.fields[$0] },
                    group: group.map { record.fields[$0] }, line: record.line)
            }
        }
    }

    private func index(of column: String, role: String, in names: [String]) throws -> Int {
        let matches = names.indices.filter { names[$0].utf8.elementsEqual(column.utf8) }
        guard let match = matches.first else {
            throw TableError.missingColumn(file: file, role: role, column: column, found: names)
        }
        guard matches.count == 1 else {
            throw TableError.repeatedColumn(file: file, column: column)
        }
        return match
    }
}
