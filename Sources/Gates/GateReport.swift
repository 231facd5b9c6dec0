import History
import ParamValues

/// The answers of all gates, for people and machines.
public struct GateReport: Sendable {
    /// The answers in the order of the pipeline file.
    public let results: [GateResult]
    /// What a reader should know beside; sentences.
    public let notes: [String]

    /// Creates a report.
    ///
    /// - Parameter outdated: stages whose results were judged though they are not up to date.
    public init(_ results: [GateResult], outdated: [String] = []) {
        self.results = results
        notes = outdated.isEmpty ? [] : [GateWords.outdated(outdated)]
    }

    /// Fail where a required gate fails, else inconclusive where one is, else pass.
    public var verdict: GateVerdict {
        let verdicts = results.filter(\.gate.isRequired).map(\.verdict)
        if verdicts.contains(.fail) { return .fail }
        return verdicts.contains(.inconclusive) ? .inconclusive : .pass
    }

    /// The verdict with the counts: `fail: 3 pass, 1 fail`.
    public var headline: String { "\(verdict.rawValue): \(GateWords.count(results))" }

    /// Failing gates first, then inconclusive ones, then those that pass; required ones before others.
    var worstFirst: [GateResult] {
        let order: [GateVerdict] = [.fail, .inconclusive, .pass]
        return results.enumerated().sorted { a, b in
            let keys = [a, b].map { entry -> (Int, Int, Int) in
                let rank = order.firstIndex(of: entry.element.verdict) ?? 0
                return (entry.element.isObstacle ? 0 : 1, rank, entry.offset)
            }
            return keys[0] < keys[1]
        }.map(\.element)
    }

    /// A line for every gate, the verdict last.
    public var text: String {
        let table = TextTable(
            header: ["Verdict", "Gate", "Demanded", "Found"],
            rows: results.map { result in
                [
                    result.verdict.rawValue + (result.gate.isRequired ? "" : " (not required)"),
                    result.gate.name, result.expected, result.found,
                ]
            }, leftColumns: 4)
        let outputs = results.filter { $0.verdict != .pass && !$0.output.isEmpty }.map { result in
            "\(result.gate.name) printed:\n"
                + result.output.split(separator: "\n", omittingEmptySubsequences: false)
                .map { "  \($0)" }.joined(separator: "\n")
        }
        return ([table.plain] + outputs + [headline]).joined(separator: "\n\n")
    }

    /// `{"verdict", "notes", "gates": [{"name", "verdict", "required", "file", "line", …}]}`.
    public var json: String {
        let gates = results.map { result -> ParamValue in
            var fields = result.numbers
            fields["name"] = .string(result.gate.name)
            fields["verdict"] = .string(result.verdict.rawValue)
            fields["required"] = .bool(result.gate.isRequired)
            fields["kind"] = .string(result.gate.demand.word)
            fields["demanded"] = .string(result.expected)
            fields["found"] = .string(result.found)
            fields["file"] = .string(result.gate.location.file)
            fields["line"] = .int(result.gate.location.line)
            if result.isStatistical {
                fields["rows_needed"] = result.rowsNeeded.map(ParamValue.int) ?? .null
            }
            if let text = result.gate.description { fields["desc"] = .string(text) }
            return .object(fields)
        }
        return ParamValue.object([
            "verdict": .string(verdict.rawValue), "gates": .list(gates),
            "notes": .list(notes.map(ParamValue.string)),
        ]).canonicalText
    }
}
