import Compression

/// The stage's own parameters, below `export`: which models are written.
struct ExportParameters: Decodable, Sendable, Equatable {
    /// The pruned model in float32, `model.onnx`.
    var float32: Bool
    /// The INT8 model with activations quantized as they come, `model_int8_dynamic.onnx`.
    var dynamic: Bool
    /// The INT8 model with ranges of activations chosen here, `model_int8_static.onnx`; nil: none.
    var calibrated: CalibrationParameters?

    enum CodingKeys: String, CodingKey {
        case float32, dynamic
        case calibrated = "static"
    }

    /// Throws `CompressionError.invalidOption` for values out of range.
    func validate() throws {
        try calibrated?.validate()
    }
}

/// How the ranges of activations are chosen, below `export.static`.
struct CalibrationParameters: Decodable, Sendable, Equatable {
    /// From the least to the largest value, or closer.
    var method: CalibrationMethod
    /// Per cent of the values that the method `percentile` keeps.
    var percentile: Double
    /// Training rows to read.
    var rows: Int

    var calibration: Calibration { Calibration(method: method, percentile: percentile) }

    func validate() throws {
        guard rows >= 1 else {
            throw CompressionError.invalidOption(
                "export.static.rows", found: "\(rows)", expected: "1 or more")
        }
        do { try calibration.validate() } catch CompressionError.invalidOption(
            let name, let found, let expected)
        {
            throw CompressionError.invalidOption(
                "export.static.\(name)", found: found, expected: expected)
        }
    }
}
