import Compression

/// The stage's parameters, below `quantize`.
struct QuantizeParameters: Decodable, Sendable, Equatable {
    /// Bits of an embedding value, 8 or 4.
    var embeddingBits: Int
    /// Embedding values that share a scale, for 4 bits.
    var embeddingGroup: Int
    /// Bits of a weight of the encoder, 8 or 4; nil: 8.
    var weightBits: Int?
    /// Weights that share a multiplier, for 4 bits; nil: 32.
    var weightGroup: Int?

    enum CodingKeys: String, CodingKey {
        case embeddingBits = "embedding_bits"
        case embeddingGroup = "embedding_group"
        case weightBits = "weight_bits"
        case weightGroup = "weight_group"
    }

    /// The options; throws `CompressionError.invalidOption` for values out of range.
    func options() throws -> QuantizationOptions {
        let options = QuantizationOptions(
            embeddingBits: embeddingBits, embeddingGroup: embeddingGroup,
            weightBits: weightBits ?? 8, weightGroup: weightGroup ?? 32)
        do {
            try options.validate()
        } catch CompressionError.invalidOption(let name, let found, let expected) {
            throw CompressionError.invalidOption(
                "quantize.\(name)", found: found, expected: expected)
        }
        return options
    }
}
