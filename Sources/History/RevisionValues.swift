import ParamValues

/// Metrics files of one revision, or of the working folder.
public struct RevisionValues: Sendable {
    /// What the revision is called; "" for the working folder on its own.
    public var name: String
    /// The files in the order of the pipeline file.
    public var files: [ValueFile]

    /// Creates the values of a revision.
    public init(name: String, files: [ValueFile]) {
        self.name = name
        self.files = files
    }

    /// `{revision: {"data": {file: {"data": …} or {"error": {"type", "msg"}}}}}`, as
    /// `dvc metrics show --json` prints it: lists and nulls are no metrics.
    public static func json(_ revisions: [RevisionValues]) -> String {
        let entries = revisions.map { revision -> (String, ParamValue) in
            let data = revision.files.map { file -> (String, ParamValue) in
                (file.path, .object(file.json(metrics: true)))
            }
            let byPath = Dictionary(data, uniquingKeysWith: { first, _ in first })
            return (revision.name, .object(["data": .object(byPath)]))
        }
        return ParamValue.object(Dictionary(entries, uniquingKeysWith: { first, _ in first }))
            .canonicalText
    }

    /// A row for every file of every revision, a column for every key.
    public static func table(_ revisions: [RevisionValues], precision: Int) -> TextTable {
        let files = revisions.flatMap(\.files)
        let keys = Set(files.flatMap { $0.entries.map(\.key) }).sorted()
        let rows = revisions.flatMap { revision in
            revision.files.map { file in
                let values = Dictionary(
                    file.entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }
                )
                return [revision.name, file.path]
                    + keys.map { DecimalText.text(values[$0], precision: precision) }
            }
        }
        return TextTable(header: ["Revision", "Path"] + keys, rows: rows, leftColumns: 2)
    }
}

extension ParamValue {
    /// The value without what is no metric, lists and nulls; nil if it is one itself.
    var metrics: ParamValue? {
        switch self {
        case .null, .list: nil
        case .map(let map): .map(map.compactMapValues(\.metrics))
        default: forJSON
        }
    }
}
