public import ParamValues

/// Differences of metrics or parameters for reading: a table, Markdown, or JSON of DVC's shape.
public struct ValueReport: Sendable {
    let changes: [ValueChange]
    let valueName: String
    let old: String
    let new: String
    let precision: Int

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
        TextTable(
            header: ["Path", valueName, old, new, "Change"],
            rows: changes.map { change in
                [
                    change.file, change.key,
                    DecimalText.text(change.old, precision: precision),
                    DecimalText.text(change.new, precision: precision),
                    change.difference.map { signed($0) } ?? "-",
                ]
            }, leftColumns: 2)
    }

    /// `{file: {"a.b": {"old": …, "new": …, "diff": …}}}`; `diff` for numbers only.
    public var json: String {
        var files: [String: [String: ParamValue]] = [:]
        for change in changes {
            var sides: [String: ParamValue] = [
                "old": change.old?.forJSON ?? .null, "new": change.new?.forJSON ?? .null,
            ]
            if let difference = change.difference {
                sides["diff"] = ParamValue.double(difference).forJSON
            }
            files[change.file, default: [:]][change.key] = .object(sides)
        }
        return ParamValue.object(files.mapValues(ParamValue.object)).canonicalText
    }

    private func signed(_ value: Double) -> String {
        let text = DecimalText.text(value, precision: precision)
        return value > 0 ? "+\(text)" : text
    }
}

extension ValueFile {
    /// `{"": {"data": {file: {"data": …}}}}`, as `dvc metrics show --json` prints.
    ///
    /// - Parameter revision: "" for the working folder.
    public static func json(_ files: [ValueFile], revision: String = "") -> String {
        let data = files.map { file -> (String, ParamValue) in
            let content: [String: ParamValue] =
                file.problem.map { ["error": .string($0)] } ?? ["data": file.root.forJSON]
            return (file.path, .object(content))
        }
        let byPath = Dictionary(data, uniquingKeysWith: { first, _ in first })
        return ParamValue.object([revision: .object(["data": .object(byPath)])]).canonicalText
    }
}

extension ParamValue {
    /// A map for output, keys sorted.
    public static func object(_ entries: [String: ParamValue]) -> ParamValue {
        .map(.init(uniqueKeysWithValues: entries.sorted { $0.key < $1.key }))
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
