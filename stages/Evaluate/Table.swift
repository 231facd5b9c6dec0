import Foundation

/// A file of comma-separated values (RFC 4180, lines end with a line feed).
struct Table {
    private var text: String
    private let columns: Int

    init(_ header: [String]) {
        text = ""
        columns = header.count
        add(header)
    }

    /// Adds a line with a cell for each column; further ones are cut, missing ones stay empty.
    mutating func add(_ cells: [String]) {
        let missing = Array(repeating: "", count: max(0, columns - cells.count))
        text += (cells.prefix(columns) + missing).map(Self.quoted).joined(separator: ",") + "\n"
    }

    func write(to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// A number with six decimals at most, the same on every machine.
    static func number(_ value: Double) -> String {
        var digits = String(format: "%.6f", value)
        while digits.hasSuffix("0") { digits.removeLast() }
        if digits.hasSuffix(".") { digits.removeLast() }
        return digits == "-0" ? "0" : digits
    }

    private static func quoted(_ cell: String) -> String {
        let special = cell.unicodeScalars.contains { ",\"\n\r".unicodeScalars.contains($0) }
        return special ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }
}
