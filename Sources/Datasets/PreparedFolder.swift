import FoundationEssentials
import Tensors
import Tokenizers

/// The files of a prepared data set.
struct PreparedFolder: Sendable {
    /// The version of the layout; readers refuse any other.
    static let format = 1

    struct Head: Codable {
        var format: Int
        var maximumLength: Int

        private enum CodingKeys: String, CodingKey {
            case format
            case maximumLength = "maximum_length"
        }
    }

    let path: String

    init(_ path: String) { self.path = path }

    var headFile: String { "\(path)/prepared.json" }
    var labelsFile: String { "\(path)/labels.json" }
    var rejectionsFile: String { "\(path)/rejected.jsonl" }
    var tokenizerFolder: String { "\(path)/tokenizer" }
    func tensorsFile(_ name: SplitName) -> String { "\(path)/\(name.rawValue).safetensors" }
    func rowsFile(_ name: SplitName) -> String { "\(path)/\(name.rawValue).jsonl" }

    func decode<Value: Decodable>(_ type: Value.Type, _ file: String) throws -> Value {
        let data = try contents(file)
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw PreparedDataError.damaged(file: file, reason: "not the JSON that belongs here")
        }
    }

    func readRows(_ name: SplitName) throws -> [Row] {
        let file = rowsFile(name)
        let lines = try contents(file).split(separator: 0x0A)
        // As one array they decode several times faster than line by line.
        let array = Data("[".utf8) + lines.joined(separator: [0x2C]) + Data("]".utf8)
        if let rows = try? JSONDecoder().decode([Row].self, from: array), rows.count == lines.count
        {
            return rows
        }
        for (index, line) in lines.enumerated() {
            guard (try? JSONDecoder().decode(Row.self, from: line)) != nil else {
                throw PreparedDataError.damaged(
                    file: "\(file):\(index + 1)", reason: "not a row")
            }
        }
        throw PreparedDataError.damaged(file: file, reason: "not one row a line")
    }

    func write(_ value: some Encodable, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try write(try encoder.encode(value) + Data("\n".utf8), to: file)
    }

    func writeLines(_ values: [some Encodable], to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for value in values {
            data += try encoder.encode(value)
            data.append(0x0A)
        }
        try write(data, to: file)
    }

    func write(_ split: PreparedSplit, as name: SplitName) throws {
        var offsets: [Int64] = [0]
        for sequence in split.tokens {
            offsets.append(offsets[offsets.count - 1] + Int64(sequence.count))
        }
        let ids = Array(split.tokens.joined())
        var writer = SafeTensorsWriter()
        writer.add("ids", int32: ids, shape: [ids.count])
        writer.add("offsets", int64: offsets, shape: [offsets.count])
        writer.add("labels", int32: split.labels, shape: [split.labels.count])
        try writer.write(to: tensorsFile(name))
        try writeLines(split.rows, to: rowsFile(name))
    }

    private func write(_ data: Data, to file: String) throws {
        do {
            try data.write(to: URL(fileURLWithPath: file))
        } catch {
            throw PreparedDataError.unwritable(file: file)
        }
    }

    private func contents(_ file: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw PreparedDataError.missing(file: file)
        }
    }
}
