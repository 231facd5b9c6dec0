import Datasets
import Foundation
import Training
import StageKit

/// The folder `evaluation`: what every model said of every test row.
struct PredictionFiles {
    let labels: [String]
    let rows: [Row]

    /// One line of `<model>.jsonl`.
    private struct Prediction: Encodable {
        /// The row's record in the source file.
        var id: Int
        var label: String?
        var predicted: String
        /// The probability of the prediction after the model's temperature.
        var confidence: Double
        /// Label → probability, as the model gives it.
        var probabilities: [String: Double]
    }

    /// `confusion.json`: rows of a matrix are true labels, columns are predictions.
    private struct Confusion: Encodable {
        var labels: [String]
        var models: [String: [[Int]]]
    }

    /// Writes `<model>.jsonl` for every model, and `confusion.json`.
    func write(_ results: [ModelResult], to folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for result in results {
            try lines(of: result).write(
                to: URL(fileURLWithPath: "\(folder)/\(result.name).jsonl"))
        }
        let matrices = results.map { ($0.name, $0.evaluation.confusion) }
        try StableJSON.write(
            Confusion(
                labels: labels,
                models: Dictionary(matrices, uniquingKeysWith: { first, _ in first })),
            to: "\(folder)/confusion.json")
    }

    private func lines(of result: ModelResult) throws -> Data {
        var text = Data()
        let confidences = result.confidences
        for (index, row) in rows.enumerated() {
            let rounded = result.probabilities[index].map { StableJSON.rounded($0) }
            let line = Prediction(
                id: row.id, label: row.label, predicted: labels[result.predicted[index]],
                confidence: StableJSON.rounded(confidences[index]),
                probabilities: Dictionary(
                    zip(labels, rounded), uniquingKeysWith: { first, _ in first }))
            text += try StableJSON.line(line)
        }
        return text
    }
}
