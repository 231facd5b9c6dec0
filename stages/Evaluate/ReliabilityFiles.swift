import Statistics

/// `evaluation/reliability/`: confidence against accuracy, the points of a reliability diagram.
struct ReliabilityFiles {
    let report: EvaluationReport

    /// Writes `<model>.csv` with the probabilities as the model gives them, and
    /// `<model>-calibrated.csv` with those after the temperature.
    func write(to folder: String) throws {
        for result in report.results {
            let own = zip(result.probabilities, result.predicted).map { $0[$1] }
            try table(own, right: result.right)
                .write(to: "\(folder)/reliability/\(result.name).csv")
            guard result.temperature != nil else { continue }
            try table(result.confidences, right: result.right)
                .write(to: "\(folder)/reliability/\(result.name)-calibrated.csv")
        }
    }

    /// Bins without rows are left out: they have no accuracy.
    private func table(_ confidences: [Double], right: [Bool]) throws -> Table {
        var table = Table(["low", "high", "rows", "confidence", "accuracy"])
        for bin in try Reliability(confidences: confidences, right: right).bins
        where bin.rows > 0 {
            table.add([
                Table.number(bin.low), Table.number(bin.high), "\(bin.rows)",
                Table.number(bin.confidence), Table.number(bin.accuracy),
            ])
        }
        return table
    }
}
