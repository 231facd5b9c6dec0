import FoundationEssentials

/// Rows out of JSON Lines bytes: one object a line; values may be strings, numbers or booleans.
struct JSONLinesSource {
    private let bytes: [UInt8]
    private let file: String
    private let columns: ExampleColumns

    init(_ bytes: [UInt8], file: String, columns: ExampleColumns) {
        self.bytes = bytes
        self.file = file
        self.columns = columns
    }

    func read(into collector: inout RowCollector) throws {
        let decoder = JSONDecoder()
        var isFirstObject = true
        var line = 0
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for piece in bytes[start...].split(separator: 0x0A, omittingEmptySubsequences: false) {
            line += 1
            guard piece.contains(where: { !ASCIIWhitespace.contains($0) }) else { continue }
            collector.records += 1
            guard String(validating: piece, as: UTF8.self) != nil else {
                collector.reject(.notUTF8, line: line, "in the line")
                continue
            }
            guard let object = try? decoder.decode([String: Value].self, from: Data(piece)) else {
                collector.reject(.badJSON, line: line, "expected one JSON object on the line")
                continue
            }
            if isFirstObject { try check(object.keys.sorted()) }
            isFirstObject = false
            accept(object, line: line, into: &collector)
        }
    }

    /// A key that the first object lacks is a slip of the settings, not of the data.
    private func check(_ keys: [String]) throws {
        let named = [
            ("data.text", columns.text), ("data.label", columns.label),
            ("data.group", columns.group),
        ]
        for case (let role, let column?) in named where !keys.contains(column) {
            throw TableError.missingColumn(file: file, role: role, column: column, found: keys)
        }
    }

    private func accept(
        _ object: [String: Value], line: Int, into collector: inout RowCollector
    ) {
        var values: [[UInt8]?] = []
        for column in [columns.text, columns.label, columns.group] {
            guard let column else {
                values.append(nil)
                continue
            }
            guard let value = object[column]?.text else {
                return collector.reject(
                    .missingValue, line: line, "no string or number under '\(column)'")
            }
            values.append(Array(value.utf8))
        }
        collector.accept(text: values[0] ?? [], label: values[1], group: values[2], line: line)
    }

    /// A JSON value; nil text for null, arrays and objects.
    private struct Value: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(String.self) {
                text = value
            } else if let value = try? container.decode(Bool.self) {
                text = "\(value)"
            } else if let value = try? container.decode(Int.self) {
                text = "\(value)"
            } else if let value = try? container.decode(Double.self) {
                text = "\(value)"
            } else {
                text = nil
            }
        }
    }
}
