import Foundation

/// Reads JSON files; what is wrong with one is said with its path.
enum MetricsFile {
    static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PackageError.unreadable(file: path, reason: "cannot read the file")
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw PackageError.unreadable(file: path, reason: reason(error))
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            "'\(dotted(context.codingPath + [key]))' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "'\(dotted(context.codingPath))' has the wrong type"
        default: "not valid JSON"
        }
    }

    private static func dotted(_ path: [any CodingKey]) -> String {
        path.map(\.stringValue).joined(separator: ".")
    }
}

/// The test scores that the evaluate stage wrote.
struct Scores: Decodable, Equatable {
    /// One model's line of the table.
    struct Model: Decodable, Equatable {
        var accuracy: Double
        var accuracyInterval: Ends?
        var macroF1: Double
        var macroF1Interval: Ends?
        var calibrationError: Double
        var calibrated: Calibrated?
        /// Alteration → accuracy on altered texts.
        var altered: [String: Double]?
        var bytes: Int
        var parameters: Int

        enum CodingKeys: String, CodingKey {
            case accuracy, bytes, parameters, calibrated, altered
            case accuracyInterval = "accuracy_interval"
            case macroF1 = "macro_f1"
            case macroF1Interval = "macro_f1_interval"
            case calibrationError = "ece"
        }
    }

    /// An interval.
    struct Ends: Decodable, Equatable {
        var low: Double
        var high: Double
    }

    /// Probabilities after a temperature.
    struct Calibrated: Decodable, Equatable {
        var temperature: Double
        var calibrationError: Double

        enum CodingKeys: String, CodingKey {
            case temperature
            case calibrationError = "ece"
        }
    }

    /// A model against a reference.
    struct Against: Decodable, Equatable {
        var difference: Double
        var interval: Ends
        var gained: Int
        var lost: Int
        /// McNemar's exact p-value, corrected for the number of models.
        var corrected: Double
        /// 1 pass, 0 inconclusive, −1 fail.
        var verdict: Int
        var rowsNeeded: Int?

        enum CodingKeys: String, CodingKey {
            case difference, interval, gained, lost, verdict
            case corrected = "mcnemar_p_holm"
            case rowsNeeded = "rows_needed"
        }
    }

    /// What was asked.
    struct Design: Decodable, Equatable {
        /// Points of accuracy.
        var margin: Double
        var alpha: Double
        var confidence: Double
        /// Share of words misspelt.
        var typos: Double
    }

    var models: [String: Model]
    /// Reference → model → the two compared.
    var against: [String: [String: Against]]?
    var design: Design?
    var testRows: Int
    var sizeRatio: Double
    var accuracyKept: Double
    var agreement: Double?

    enum CodingKeys: String, CodingKey {
        case models, against, design
        case testRows = "test_rows"
        case sizeRatio = "size_ratio"
        case accuracyKept = "accuracy_kept"
        case agreement = "int8_agreement"
    }

    init(file: String) throws {
        self = try MetricsFile.decode(Scores.self, from: file)
    }
}
