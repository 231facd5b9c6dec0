import Pipelines

extension GateReport {
    /// Workflow commands of GitHub that put every gate that does not pass at its line of the pipeline
    /// file: errors and warnings, the worst first.
    ///
    /// GitHub shows ten of a kind. Gates that are not required are warnings.
    ///
    /// - Parameter folder: the project's root relative to that of the repository; "" for the same.
    public func annotations(below folder: String) -> [String] {
        worstFirst.filter { $0.verdict != .pass }.map { result in
            let place = result.gate.location
            let kind = result.verdict == .fail && result.gate.isRequired ? "error" : "warning"
            let properties = [
                ("file", folder.isEmpty ? place.file : "\(folder)/\(place.file)"),
                ("line", "\(place.line)"), ("col", "\(place.column)"),
                ("title", "gate \(result.gate.name): \(result.verdict.rawValue)"),
            ].map { "\($0)=\(Escaped.property($1))" }.joined(separator: ",")
            let text = "\(result.found); demanded: \(result.expected)"
            return "::\(kind) \(properties)::\(Escaped.message(GateReport.cut(text)))"
        }
    }
}
