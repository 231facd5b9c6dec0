import Compression

/// The stage's parameters, below `quantize`.
struct QuantizeParameters: Decodable, Sendable, Equatable {
    /// Bits of an embedding value, 8 or 4.
    var embeddingBits: Int
    /// Embedding values that share a scale, for 4 bits.
    var embeddingGroup: Int

    enum CodingKeys: String, CodingKey {
        case embeddingBits = "embedding_bits"
        case embeddingGroup = "embedding_group"
    }

    /// The options; throws `CompressionError.invalidOption` for values out of range.
    func options() throws -> QuantizationOptions {
        let options = QuantizationOptions(
            embeddingBits: embeddingBits, embeddingGroup: embeddingGroup)
        do {
            try options.validate()
        } catch CompressionError.invalidOption(let name, let found, let expected) {
            throw CompressionError.invalidOption(
                "quantize.\(name)", found: found, expected: expected)
        }
        return options
    }
}
