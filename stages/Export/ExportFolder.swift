import Compression
import Foundation
import Models
import ONNX
import Tensors
import Tokenizers

/// The folder `onnx`: what Hugging Face's tools read of a model.
struct ExportFolder {
    private let root: String

    init(_ path: String) { root = path }

    func path(of file: String) -> String { "\(root)/\(file)" }

    /// Writes `config.json` and the tokenizer's files, which make the folder.
    func writeConfiguration(of model: Classifier, tokenizer: WordPieceTokenizer) throws {
        try tokenizer.write(to: root)
        try Checkpoint.writeConfig(
            model.config.json(labels: model.labels, pooling: model.pooling), to: root)
        // The encoder's own limit is often above the positions that the model kept.
        let file = path(of: "tokenizer_config.json")
        let limit = JSONValue.integer(model.maximumLength)
        guard var members = try JSONValue(parsing: read(file)).object else { return }
        members["model_max_length"] = limit
        let text = JSONValue.object(members).text(pretty: true)
        try save(Data(text.utf8), to: file)
    }

    /// Writes one model and returns its size in bytes.
    func write(_ model: ONNXModel, _ form: ModelForm, origin: ModelOrigin) throws -> Int {
        var model = model
        model.metadata = origin.metadata(form)
        let bytes = try model.bytes()
        try save(Data(bytes), to: path(of: form.fileName))
        return bytes.count
    }

    private func read(_ file: String) throws -> Data {
        do { return try Data(contentsOf: URL(fileURLWithPath: file)) } catch {
            throw ExportError.file(path: file, reason: "it cannot be read")
        }
    }

    private func save(_ data: Data, to file: String) throws {
        do { try data.write(to: URL(fileURLWithPath: file)) } catch {
            throw ExportError.file(path: file, reason: "it cannot be written")
        }
    }
}

/// Why an export fails, apart from what the modules below say.
enum ExportError: Error, Equatable, CustomStringConvertible {
    case file(path: String, reason: String)

    var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
