import Models
import Tensors

extension QuantizedClassifier {
    private static let method = "nlpipe-dynamic-int8"
    private static let eightBitKey = "eight_bit_matrices"

    /// Reads a folder written by `save(to:)`.
    ///
    /// Throws `CompressionError`, `ModelError` or `SafeTensorsError`, which name file and tensor.
    public static func load(_ folder: String) throws -> QuantizedClassifier {
        let (json, config) = try Checkpoint.readConfig(folder)
        let labels = try Checkpoint.readLabels(folder, json)
        let options = try readOptions(
            json, file: "\(folder)/config.json",
            layout: WeightLayout(config, classes: labels.count))
        let stored = try StoredTensors(file: "\(folder)/model.safetensors")
        let weights = try QuantizedWeights(
            reading: stored, config: config, pooling: try Checkpoint.readPooling(folder, json),
            labels: labels, options: options)
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
        if !options.eightBitMatrices.isEmpty {
            block[QuantizedClassifier.eightBitKey] = .array(
                options.eightBitMatrices.sorted().map(JSONValue.string))
        }
        members["quantization_config"] = .object(block)
        try Checkpoint.writeConfig(.object(members), to: folder)
    }

    private static func readOptions(
        _ json: JSONValue, file: String, layout: WeightLayout
    ) throws -> QuantizationOptions {
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
        if let names = block?[eightBitKey] {
            let matrices = Set(layout.entries.filter { $0.role == .matrix }.map(\.name))
            let found = names.array?.compactMap(\.string) ?? []
            guard let all = names.array, found.count == all.count,
                options.weightBits == 4, matrices.isSuperset(of: found)
            else {
                throw wrong(eightBitKey, expected: "names of the encoder's matrices, with bits 4")
            }
            options.eightBitMatrices = Set(found)
        }
        do {
            try options.validate()
        } catch CompressionError.invalidOption(let name, _, let expected) {
            throw wrong(name, expected: expected)
        }
        return options
    }
}
