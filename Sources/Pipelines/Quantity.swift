/// Amounts of memory and spans of time as definitions write them.
enum Quantity {
    /// Bytes: `512MiB`, `1.5 GB`, `2G`, or a bare number.
    ///
    /// Decimal units (kB, MB, GB, TB; `K` for `kB` and so on) and binary ones (KiB, MiB, GiB, TiB;
    /// `Ki`…), in any case. Nil for anything else, for nothing and for what 63 bits do not hold.
    static func bytes(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
        guard let factor = memoryUnits[unit], let amount = decimal(number) else { return nil }
        let bytes = (amount * factor).rounded()
        return bytes >= 1 && bytes < 0x1p62 ? Int(bytes) : nil
    }

    private static let memoryUnits: [String: Double] = [
        "": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12,
        "tb": 1e12, "ki": 0x1p10, "kib": 0x1p10, "mi": 0x1p20, "mib": 0x1p20, "gi": 0x1p30,
        "gib": 0x1p30, "ti": 0x1p40, "tib": 0x1p40,
    ]

    /// A span of time: `90s`, `1h30m`, `2d`, `500ms`, `1.5h`, or a bare number of seconds.
    ///
    /// Units go from large to small, each at most once. Nil for anything else and beyond 10,000 days.
    static func duration(_ text: String) -> Duration? {
        if let seconds = decimal(text[...]) { return duration(seconds: seconds) }
        var rest = text[...]
        var units = timeUnits[...]
        var seconds = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(number.count).prefix { $0.isASCII && $0.isLetter }
            guard let amount = decimal(number),
                let position = units.firstIndex(where: { $0.name == unit })
            else { return nil }
            seconds += amount * units[position].seconds
            units = units[(position + 1)...]
            rest = rest.dropFirst(number.count + unit.count).drop { $0 == " " }
        }
        return text.isEmpty ? nil : duration(seconds: seconds)
    }

    /// `seconds` to the millisecond; nil where it is negative, no number or over 10,000 days.
    static func duration(seconds: Double) -> Duration? {
        guard seconds >= 0, seconds <= 10_000 * 86_400 else { return nil }
        return .milliseconds(Int((seconds * 1000).rounded()))
    }

    private static let timeUnits: [(name: String, seconds: Double)] = [
        ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001),
    ]

    /// Digits with at most one point among them.
    private static func decimal(_ text: Substring) -> Double? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
            text.utf8.contains(where: { $0 != 46 })
        else { return nil }
        return Double(text)
    }
}
