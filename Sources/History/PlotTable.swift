import ParamValues
import Pipelines

/// The rows of a file that is drawn.
struct PlotTable {
    /// Rows: column → value, columns in file order; the values of delimited files are texts.
    var rows: [[(column: String, value: ParamValue)]]

    /// The columns of the first row.
    var columns: [String] { rows.first?.map(\.column) ?? [] }

    /// Reads `text`: CSV and TSV by the name's ending, otherwise the first list of maps in a JSON or
    /// YAML file.
    ///
    /// Throws `PlotProblem`.
    init(_ text: String, path: String, header: Bool) throws(PlotProblem) {
        let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch ending {
        case "csv", "tsv":
            var records = DelimitedText.records(text, separator: ending == "csv" ? "," : "\t")
            let width = records.first?.count ?? 0
            let names = header ? records.first ?? [] : (0..<width).map(String.init)
            if header, !records.isEmpty { records.removeFirst() }
            rows = records.map { record in zip(names, record).map { ($0, .string($1)) } }
        case "json", "yaml", "yml":
            rows = try PlotTable.rows(text, path: path, isJSON: ending == "json")
        default:
            throw PlotProblem(
                kind: "PlotMetricTypeError", text: "expected a CSV, TSV, JSON or YAML file")
        }
    }

    private static func rows(
        _ text: String, path: String, isJSON: Bool
    ) throws(PlotProblem) -> [[(column: String, value: ParamValue)]] {
        // The reader wants a map, and a list of rows is none.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let wrapped =
            isJSON
            ? "{\"rows\": \(text)\n}"
            : "rows:\n" + lines.drop { $0.hasPrefix("---") }.map { "  \($0)\n" }.joined()
        let root: ParamValue
        do {
            root = try ParamsFile(wrapped, file: path).root
        } catch {
            throw PlotProblem(kind: "PlotParsingError", text: "cannot be read")
        }
        guard let list = firstRows(in: root) else {
            throw PlotProblem(kind: "PlotDataStructureError", text: "has no list of maps")
        }
        return list
    }

    private static func firstRows(
        in value: ParamValue
    ) -> [[(column: String, value: ParamValue)]]? {
        switch value {
        case .list(let items):
            let rows = items.compactMap { item -> [(column: String, value: ParamValue)]? in
                guard case .map(let map) = item else { return nil }
                return map.map { ($0.key, $0.value) }
            }
            return !items.isEmpty && rows.count == items.count ? rows : nil
        case .map(let map): return map.values.lazy.compactMap(firstRows).first
        default: return nil
        }
    }
}

/// Why a plot has no data, in DVC's words for kinds of errors.
struct PlotProblem: Error {
    let kind: String
    let text: String
}
