/// A flat list of named numbers: what most metrics files hold.
public struct Metrics: Sendable, Equatable {
    private var numbers: [String: Number] = [:]

    /// Creates an empty list.
    public init() {}

    /// Sets a number, kept to six decimals; one that is not finite becomes JSON's `null`.
    public mutating func set(_ name: String, _ value: Double) { numbers[name] = .real(value) }

    /// Sets an integer.
    public mutating func set(_ name: String, _ value: Int) { numbers[name] = .count(value) }

    /// Writes the numbers as JSON whose bytes depend on them alone.
    public func write(to path: String) throws {
        try StableJSON.write(numbers, to: path)
    }

    private enum Number: Sendable, Equatable, Encodable {
        case count(Int)
        case real(Double)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .count(let value): try container.encode(value)
            case .real(let value) where value.isFinite:
                try container.encode(StableJSON.rounded(value))
            case .real: try container.encodeNil()
            }
        }
    }
}
