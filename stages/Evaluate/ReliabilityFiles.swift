import Foundation
import Statistics

/// `evaluation/reliability/`: confidence against accuracy, as points and as a picture.
struct ReliabilityFiles {
    let report: EvaluationReport

    /// Writes `<model>.csv` with the probabilities as the model gives them, `<model>-calibrated.csv`
    /// with those after the temperature, and `<model>.svg` with both.
    func write(to folder: String) throws {
        for result in report.results {
            let own = zip(result.probabilities, result.predicted).map { $0[$1] }
            var series = [
                ReliabilityDiagram.Series(
                    name: "as the model gives them", colour: "#d95f02",
                    reliability: try Reliability(confidences: own, right: result.right))
            ]
            if let temperature = result.temperature {
                series.append(
                    ReliabilityDiagram.Series(
                        name: "temperature \(Table.number((100 * temperature).rounded() / 100))",
                        colour: "#1b6ca8",
                        reliability: try Reliability(
                            confidences: result.confidences, right: result.right)))
            }
            for (series, suffix) in zip(series, ["", "-calibrated"]) {
                try table(series.reliability)
                    .write(to: "\(folder)/reliability/\(result.name)\(suffix).csv")
            }
            let diagram = ReliabilityDiagram(
                title: "\(result.name): \(report.examples.rows.count) test rows", series: series)
            try Data(diagram.text.utf8).write(
                to: URL(fileURLWithPath: "\(folder)/reliability/\(result.name).svg"))
        }
    }

    /// Bins without rows are left out: they have no accuracy.
    private func table(_ reliability: Reliability) -> Table {
        var table = Table(["low", "high", "rows", "confidence", "accuracy"])
        for bin in reliability.bins where bin.rows > 0 {
            table.add([
                Table.number(bin.low), Table.number(bin.high), "\(bin.rows)",
                Table.number(bin.confidence), Table.number(bin.accuracy),
            ])
        }
        return table
    }
}
