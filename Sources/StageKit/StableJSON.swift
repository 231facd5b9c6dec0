public import FoundationEssentials

/// JSON whose bytes depend on the value alone: sorted keys, no time, no machine.
public enum StableJSON {
    /// Two spaces of indentation, and a newline at the end.
    public static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }

    /// Writes a file as `data(_:)` has it.
    public static func write(_ value: some Encodable, to path: String) throws {
        try data(value).write(to: URL(filePath: path))
    }

    /// One line, with the newline that ends it.
    public static func line(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }

    /// A number as metrics keep it: so many decimals, halves away from zero, no negative zero.
    public static func rounded(_ value: Double, decimals: Int = 6) -> Double {
        let factor = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        return (value * factor).rounded() / factor + 0
    }
}
