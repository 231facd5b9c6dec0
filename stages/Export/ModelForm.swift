/// The forms in which a model is exported.
enum ModelForm: String, CaseIterable {
    case float32, dynamic
    case calibrated = "static"

    /// The file of this form in the folder, in the names that Hugging Face's tools look for.
    var fileName: String {
        switch self {
        case .float32: "model.onnx"
        case .dynamic: "model_int8_dynamic.onnx"
        case .calibrated: "model_int8_static.onnx"
        }
    }
}
