import Models
import Tensors

extension QuantizedClassifier {
    private static let method = "nlpipe-dynamic-int8"

    /// Reads a folder written by `save(to:)`.
    ///
    /// Throws `CompressionError`, `ModelError` or `SafeTensorsError`, which name file and tensor.
    public static func load(_ folder: String) throws -> QuantizedClassifier {
        let (json, config) = try Checkpoint.readConfig(folder)
        let options = try readOptions(json, file: "\(folder)/config.json")
        let stored = try StoredTensors(file: "\(folder)/model.safetensors")
        let weights = try QuantizedWeights(
            reading: stored, config: config, pooling: try Checkpoint.readPooling(folder, json),
            labels: try Checkpoint.readLabels(folder, json), options: options)
        do {
            return try QuantizedClassifier(weights)
        } catch let odd as ForbiddenWeight {
            throw stored.forbiddenByte(odd.tensor)
        }
    }

    /// Writes `config.json`, with a `quantization_config`, and `model.safetensors` into `folder`,
    /// which is created.
    public func save(to folder: String) throws {
        try Checkpoint.createFolder(folder)
        try weights.tensors().write(to: "\(folder)/model.safetensors")
        var members = config.json(labels: labels, pooling: pooling).object ?? [:]
        var block: [String: JSONValue] = [
            "quant_method": .string(QuantizedClassifier.method),
            "bits": .integer(options.weightBits),
            "embedding_bits": .integer(options.embeddingBits),
            "embedding_group": .integer(options.embeddingGroup),
        ]
        if options.weightBits == 4 { block["weight_group"] = .integer(options.weightGroup) }
        members["quantization_config"] = .object(block)
        try Checkpoint.writeConfig(.object(members), to: folder)
    }

    private static func readOptions(_ json: JSONValue, file: String) throws -> QuantizationOptions {
        let block = json["quantization_config"]
        func integer(_ key: String) throws -> Int {
            guard let value = block?[key]?.integer else {
                throw wrong(key, expected: "an integer")
            }
            return value
        }
        func wrong(_ key: String, expected: String) -> CompressionError {
            .invalidConfiguration(
                file: file, key: "quantization_config.\(key)", expected: expected,
                found: block?[key]?.text() ?? "nothing")
        }
        guard block?["quant_method"]?.string == method else {
            throw wrong("quant_method", expected: "\"\(method)\"")
        }
        var options = QuantizationOptions(
            embeddingBits: try integer("embedding_bits"),
            embeddingGroup: try integer("embedding_group"))
        options.weightBits = try integer("bits")
        guard options.weightBits == 8 || options.weightBits == 4 else {
            throw wrong("bits", expected: "4 or 8")
        }
        if options.weightBits == 4 { options.weightGroup = try integer("weight_group") }
        do {
            try options.validate()
        } catch CompressionError.invalidOption(let name, _, let expected) {
            throw wrong(name, expected: expected)
        }
        return options
    }
}
