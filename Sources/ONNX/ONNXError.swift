/// Why a model cannot become an ONNX file.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
    case tooLarge(bytes: Int)
    case wrongWeights(layer: String)
    case noRange(site: String)
    case notAModel

    /// The message for the user.
    public var description: String {
        switch self {
        case .tooLarge(let bytes):
            """
            the model is too large for one ONNX file
              expected: less than 2 GiB
              found:    \(bytes) bytes of weights
            """
        case .wrongWeights(let layer):
            "layer '\(layer)': its weights do not fit the arithmetic of the model to be written"
        case .noRange(let site):
            "no calibrated range for the activations at '\(site)'"
        case .notAModel: "not an ONNX model"
        }
    }
}
