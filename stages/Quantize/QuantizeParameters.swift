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

    /// How weights of 4 bits are rounded; nil: to the nearest.
    var rounding: Rounding?
    /// Training rows that `gptq` reads; nil: 1024.
    var roundingRows: Int?

    enum Rounding: String, Decodable {
        /// Every weight by itself.
        case nearest
        /// The weights after it take up each weight's error.
        case gptq
    }

    enum CodingKeys: String, CodingKey {
        case embeddingBits = "embedding_bits"
        case embeddingGroup = "embedding_group"
        case weightBits = "weight_bits"
        case weightGroup = "weight_group"
        case rounding
        case roundingRows = "rounding_rows"
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
        let rows = roundingRows ?? 1
        guard rows >= 1 else {
            throw CompressionError.invalidOption(
                "quantize.rounding_rows", found: "\(rows)", expected: "1 or more")
        }
        guard rounding != .gptq || options.weightBits == 4 else {
            throw CompressionError.invalidOption(
                "quantize.rounding", found: "gptq with weight_bits \(options.weightBits)",
                expected: "nearest, or weight_bits: 4")
        }
        return options
    }
}
