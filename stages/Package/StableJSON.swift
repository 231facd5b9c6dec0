import Foundation

/// JSON whose bytes depend on the value alone.
enum StableJSON {
    /// Two spaces of indentation, sorted keys, a newline at the end.
    static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }
}
