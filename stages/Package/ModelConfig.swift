import Foundation

/// What the model card says of the model, from its `config.json`.
struct ModelConfig: Equatable {
    /// Names of the classes, in index order.
    let labels: [String]
    /// Longest text in word pieces; nil where the file does not say.
    let maximumPositions: Int?
    /// Bits of a stored encoder weight, 8 where the file does not say.
    let weightBits: Int

    init(folder: String) throws {
        struct File: Decodable {
            var id2label: [String: String]?
            var maximumPositions: Int?
            var quantization: Quantization?

            struct Quantization: Decodable { var bits: Int? }

            enum CodingKeys: String, CodingKey {
                case id2label
                case quantization = "quantization_config"
                case maximumPositions = "max_position_embeddings"
            }
        }
        let path = "\(folder)/config.json"
        let file = try MetricsFile.decode(File.self, from: path)
        let names = file.id2label ?? [:]
        labels = (0..<names.count).compactMap { names["\($0)"] }
        guard labels.count == names.count, labels.count >= 2 else {
            throw PackageError.badLabels(file: path, found: names.keys.sorted())
        }
        maximumPositions = file.maximumPositions
        weightBits = file.quantization?.bits ?? 8
    }
}
