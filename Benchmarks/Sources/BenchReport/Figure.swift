import Foundation

/// A number as a table shows it: three significant digits, and commas in the thousands.
public struct Figure: CustomStringConvertible {
    private let value: Double
    private let digits: Int?

    /// Wraps a number; `digits` after the point, or nil for as many as three significant ones need.
    public init(_ value: Double, digits: Int? = nil) {
        self.value = value
        self.digits = digits
    }

    /// The text.
    public var description: String {
        guard value.isFinite else { return "-" }
        let size = abs(value)
        let places = digits ?? (size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4)
        let plain = String(format: "%.\(places)f", value)
        guard size >= 1000, let point = plain.firstIndex(of: ".") ?? Optional(plain.endIndex) else {
            return plain
        }
        return Figure.grouped(plain[..<point]) + plain[point...]
    }

    private static func grouped(_ whole: Substring) -> String {
        var result = ""
        for (place, digit) in whole.reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3), digit.isNumber { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }
}

extension Spread {
    /// `2.31 (2.20-2.45)`.
    public var text: String { "\(Figure(median)) (\(Figure(lowest))-\(Figure(highest)))" }
}
