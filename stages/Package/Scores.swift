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
        var macroF1: Double
        var calibrationError: Double
        var bytes: Int
        var parameters: Int

        enum CodingKeys: String, CodingKey {
            case accuracy, bytes, parameters
            case macroF1 = "macro_f1"
            case calibrationError = "ece"
        }
    }

    var models: [String: Model]
    var testRows: Int
    var sizeRatio: Double
    var accuracyKept: Double
    var agreement: Double?

    enum CodingKeys: String, CodingKey {
        case models
        case testRows = "test_rows"
        case sizeRatio = "size_ratio"
        case accuracyKept = "accuracy_kept"
        case agreement = "int8_agreement"
    }

    init(file: String) throws {
        self = try MetricsFile.decode(Scores.self, from: file)
    }
}
