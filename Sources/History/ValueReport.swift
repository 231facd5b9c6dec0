public import ParamValues

/// Differences of metrics or parameters for reading: a table, Markdown, or JSON of DVC's shape.
public struct ValueReport: Sendable {
    let changes: [ValueChange]
    let valueName: String
    let old: String
    let new: String
    let precision: Int
    /// False to leave out the column of files.
    public var showsPath = true

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - valueName: heading of the column of keys: `Metric` or `Param`.
    ///   - old: what to call the first side, such as `HEAD~1`.
    ///   - new: what to call the second side, such as `workspace`.
    ///   - precision: decimals of numbers in tables; JSON is exact.
    public init(
        _ changes: [ValueChange], valueName: String, old: String, new: String, precision: Int = 5
    ) {
        self.changes = changes
        self.valueName = valueName
        self.old = old
        self.new = new
        self.precision = precision
    }

    /// The table: path, key, both values, and the change where both are numbers.
    public var table: TextTable {
        let path = showsPath ? ["Path"] : []
        return TextTable(
            header: path + [valueName, old, new, "Change"],
            rows: changes.map { change in
                (showsPath ? [change.file] : []) + [
                    change.key,
                    DecimalText.text(change.old, precision: precision),
                    DecimalText.text(change.new, precision: precision),
                    change.difference.map { signed($0) } ?? "-",
                ]
            }, leftColumns: showsPath ? 2 : 1)
    }

    /// `{file: {"a.b": {"old": …, "new": …, "diff": …}}}`; `diff` for numbers only, lists as texts.
    public var json: String { json(beside: [:]) }

    /// The same with further files.
    public func json(beside others: [String: ParamValue]) -> String {
        var files: [String: [String: ParamValue]] = [:]
        for change in changes {
            var sides: [String: ParamValue] = [
                "old": change.old?.inReport ?? .null, "new": change.new?.inReport ?? .null,
            ]
            if let difference = change.difference ?? change.flip {
                sides["diff"] = ParamValue.double(difference).forJSON
            }
            files[change.file, default: [:]][change.key] = .object(sides)
        }
        let all = files.mapValues(ParamValue.object).merging(others) { first, _ in first }
        return ParamValue.object(all).canonicalText
    }

    private func signed(_ value: Double) -> String {
        let text = DecimalText.text(value, precision: precision)
        return value > 0 ? "+\(text)" : text
    }
}

extension ParamValue {
    /// A map for output, keys sorted.
    public static func object(_ entries: [String: ParamValue]) -> ParamValue {
        .map(.init(uniqueKeysWithValues: entries.sorted { $0.key < $1.key }))
    }

    /// The value as DVC's reports have it: a list is the text that Python prints for it.
    fileprivate var inReport: ParamValue {
        if case .list = self { return .string(pythonText) }
        return forJSON
    }

    /// The text that Python prints for a value inside of a list.
    var pythonText: String {
        switch self {
        case .null: return "None"
        case .bool(let value): return value ? "True" : "False"
        case .int: return canonicalText
        case .double(let number): return number.isFinite ? number.description : canonicalText
        case .string(let text):
            let quote = text.contains("'") && !text.contains("\"") ? "\"" : "'"
            let escaped = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
            return quote + (quote == "'" ? escaped.replacing("'", with: "\\'") : escaped) + quote
        case .list(let values): return "[\(values.map(\.pythonText).joined(separator: ", "))]"
        case .map(let map):
            let entries = map.map { "\(ParamValue.string($0).pythonText): \($1.pythonText)" }
            return "{\(entries.joined(separator: ", "))}"
        }
    }

    /// The same with numbers that JSON lacks, infinities and NaN, as strings.
    var forJSON: ParamValue {
        switch self {
        case .double(let value) where !value.isFinite: .string(canonicalText)
        case .list(let values): .list(values.map(\.forJSON))
        case .map(let map): .map(map.mapValues(\.forJSON))
        default: self
        }
    }
}
