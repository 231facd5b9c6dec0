public import ParamValues

/// One value before and after.
public struct ValueChange: Sendable, Equatable {
    /// The file, relative to the project's root.
    public var file: String
    /// Dotted path inside the file.
    public var key: String
    /// nil where the value did not exist.
    public var old: ParamValue?
    /// nil where the value no longer exists.
    public var new: ParamValue?

    /// Creates a comparison of two values.
    public init(file: String, key: String, old: ParamValue?, new: ParamValue?) {
        self.file = file
        self.key = key
        self.old = old
        self.new = new
    }

    /// True if the value differs; `1` and `1.0` do not.
    public var isChanged: Bool { old != new }

    /// New minus old; nil unless both are numbers.
    public var difference: Double? {
        guard let old = old?.number, let new = new?.number else { return nil }
        // Subtracting decimals leaves dust such as 0.020000000000000018; 12 digits are plenty.
        return DecimalText.rounded(new - old, digits: 12)
    }

    /// 1, 0 or -1 for two booleans, which DVC takes for numbers; nil for anything else.
    var flip: Double? {
        guard case .bool(let old) = old, case .bool(let new) = new else { return nil }
        return (new ? 1 : 0) - (old ? 1 : 0)
    }

    /// Compares files by path and key: those of `new` in their order, then what only `old` has.
    ///
    /// - Parameter all: also give the values that are equal.
    public static func between(
        _ old: [ValueFile], _ new: [ValueFile], all: Bool = false
    ) -> [ValueChange] {
        let before = Dictionary(
            old.flatMap { file in file.entries.map { (Place(file.path, $0.key), $0.value) } },
            uniquingKeysWith: { first, _ in first })
        let added = new.flatMap { file in
            file.entries.map { entry in
                ValueChange(
                    file: file.path, key: entry.key, old: before[Place(file.path, entry.key)],
                    new: entry.value)
            }
        }
        let seen = Set(added.map { Place($0.file, $0.key) })
        let removed = old.flatMap { file in
            file.entries.filter { !seen.contains(Place(file.path, $0.key)) }
                .map { ValueChange(file: file.path, key: $0.key, old: $0.value, new: nil) }
        }
        return grouped(added + removed).filter { all || $0.isChanged }
    }

    /// Brings changes of one file together, files in order of first appearance.
    private static func grouped(_ changes: [ValueChange]) -> [ValueChange] {
        var rank: [String: Int] = [:]
        for change in changes where rank[change.file] == nil { rank[change.file] = rank.count }
        return changes.enumerated()
            .sorted { (rank[$0.1.file] ?? 0, $0.0) < (rank[$1.1.file] ?? 0, $1.0) }
            .map(\.element)
    }

    private struct Place: Hashable {
        let file: String
        let key: String
        init(_ file: String, _ key: String) {
            self.file = file
            self.key = key
        }
    }
}

extension ParamValue {
    /// The value as a number; nil for anything that is none.
    public var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
