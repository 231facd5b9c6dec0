import Foundation

/// JSON whose bytes depend on the value alone.
enum StableJSON {
    /// Writes a file with two spaces of indentation, sorted keys and a newline at the end.
    static func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(value) + Data("\n".utf8)
        try data.write(to: URL(fileURLWithPath: path))
    }

    /// One line with sorted keys and the newline that ends it.
    static func line(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }
}

/// Numbers as metrics files keep them.
enum Rounded {
    /// Rounds to so many decimals, halves away from zero.
    static func value(_ value: Double, decimals: Int = 6) -> Double {
        let factor = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        return (value * factor).rounded() / factor
    }
}
