/// Tables with a character between fields, as in RFC 4180: fields in double quotes may hold it, line
/// ends and, doubled, quotes.
enum DelimitedText {
    /// The records of `text` in file order; empty lines are none.
    static func records(_ text: String, separator: Unicode.Scalar) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var wasQuoted = false
        func endField() {
            record.append(String(field))
            field.removeAll()
            wasQuoted = false
        }
        func endRecord() {
            if record.isEmpty && field.isEmpty && !wasQuoted { return }
            endField()
            records.append(record)
            record.removeAll()
        }
        let scalars = Array(text.unicodeScalars)
        var position = 0
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if isQuoted {
                if scalar != "\"" {
                    field.append(scalar)
                } else if position < scalars.count, scalars[position] == "\"" {
                    field.append("\"")
                    position += 1
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"", field.isEmpty {
                (isQuoted, wasQuoted) = (true, true)
            } else if scalar == separator {
                endField()
            } else if scalar == "\n" {
                endRecord()
            } else if scalar != "\r" {
                field.append(scalar)
            }
        }
        endRecord()
        return records
    }
}
