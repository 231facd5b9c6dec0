import FoundationEssentials

/// Gathers accepted and rejected records while a file is read.
struct RowCollector {
    var rows: [SourceRow] = []
    var rejections: [Rejection] = []
    var records = 0

    mutating func reject(_ reason: Rejection.Reason, line: Int, _ detail: String) {
        rejections.append(Rejection(id: records, line: line, reason: reason, detail: detail))
    }

    /// Adds the current record unless a value is not text or the text is empty.
    mutating func accept(text: [UInt8], label: [UInt8]?, group: [UInt8]?, line: Int) {
        var values: [String?] = []
        for (name, bytes) in [("text", text), ("label", label), ("group", group)] {
            guard let bytes else {
                values.append(nil)
                continue
            }
            if bytes.contains(0) { return reject(.nulByte, line: line, "in the \(name)") }
            let folded = ASCIIWhitespace.folded(bytes)
            guard let value = String(validating: folded, as: UTF8.self) else {
                return reject(.notUTF8, line: line, "in the \(name)")
            }
            values.append(value)
        }
        guard let text = values[0], !text.isEmpty else {
            return reject(.emptyText, line: line, "nothing but white space")
        }
        let row = Row(id: records, text: text, label: values[1], group: values[2])
        rows.append(SourceRow(row: row, line: line))
    }
}

/// The six ASCII bytes of white space.
enum ASCIIWhitespace {
    static func contains(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Runs of white space become one space; none is left at the ends.
    static func folded(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var isPending = false
        for byte in bytes {
            if contains(byte) {
                isPending = true
                continue
            }
            if isPending, !out.isEmpty { out.append(0x20) }
            isPending = false
            out.append(byte)
        }
        return out
    }
}

/// Whole files as bytes.
enum FileBytes {
    static func read(_ path: String, named name: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw TableError.unreadable(file: name)
        }
    }
}
