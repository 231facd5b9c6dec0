import ArgumentParser

/// Sizes in words: `12 B`, `3.4 MB`.
enum ByteText {
    private static let units = ["B", "kB", "MB", "GB", "TB", "PB"]

    static func text(_ bytes: Int) -> String {
        var size = Double(bytes)
        var unit = 0
        while size >= 999.5, unit < units.count - 1 {
            size /= 1000
            unit += 1
        }
        if unit == 0 || size >= 99.5 { return "\(Int(size.rounded())) \(units[unit])" }
        let tenths = Int((size * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

/// A size on the command line: `500M`, `1.5GB`, `2GiB`, or bytes.
struct ByteSize: ExpressibleByArgument {
    /// The number of bytes.
    let bytes: Int

    private static let factors: [(String, Double)] = [
        ("", 1), ("k", 1e3), ("m", 1e6), ("g", 1e9), ("t", 1e12), ("ki", 1024), ("mi", 1_048_576),
        ("gi", 1_073_741_824), ("ti", 1_099_511_627_776),
    ]

    init?(argument: String) {
        let number = argument.prefix { $0.isNumber || $0 == "." }
        var unit = argument.dropFirst(number.count).lowercased()
        if unit.hasSuffix("b") { unit.removeLast() }
        guard let value = Double(number), let factor = Self.factors.first(where: { $0.0 == unit }),
            let bytes = Int(exactly: (value * factor.1).rounded())
        else { return nil }
        self.bytes = bytes
    }
}
